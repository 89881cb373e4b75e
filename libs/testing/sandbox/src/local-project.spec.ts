import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localProject, wantsPurge } from './local-project.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ehr-local-project-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});
const write = (environment: string, text: string) =>
  writeFileSync(join(directory, `.env.${environment}`), text);

describe('localProject', () => {
  it('is ehr-connect-local, whatever the shell was used for', () => {
    vi.stubEnv('COMPOSE_PROJECT_NAME', 'ehr-connect-prod');
    expect(localProject(directory)).toBe('ehr-connect-local');
  });

  it.each([
    ['COMPOSE_PROJECT_NAME=mine\n', 'mine'],
    ["A=b\nexport COMPOSE_PROJECT_NAME='mine' # here\n", 'mine'],
    ['COMPOSE_PROJECT_NAME=\n', 'ehr-connect-local'],
  ])('is what .env.local says: %j', (text, project) => {
    write('local', text);
    expect(localProject(directory)).toBe(project);
  });

  it.each([
    ['ehr-connect-prod', 'prod'],
    ['clinic', 'staging'],
  ])('is refused when it is another environment’s: %s', (project, owner) => {
    write('staging', 'COMPOSE_PROJECT_NAME=clinic\n');
    write('local', `COMPOSE_PROJECT_NAME=${project}\n`);
    expect(() => localProject(directory)).toThrowError(`${project}, which is that of ${owner}`);
  });
});

describe('wantsPurge', () => {
  it.each([
    [[], 'ehr-connect-local', false],
    [['--purge'], 'ehr-connect-local', true],
    [['--purge=ehr-connect-local'], 'ehr-connect-local', true],
    [['--purge=mine'], 'mine', true],
  ])('of %j for %s is %s', (args, project, wanted) => {
    expect(wantsPurge(args, project)).toBe(wanted);
  });

  it.each([
    [['--purge'], 'mine'],
    [['--purge=ehr-connect-prod'], 'ehr-connect-local'],
    [['--purge='], 'ehr-connect-local'],
  ])('of %j for %s is refused with the project’s name', (args, project) => {
    expect(() => wantsPurge(args, project)).toThrowError(`the compose project ${project}`);
  });
});
