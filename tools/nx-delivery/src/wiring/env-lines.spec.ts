import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENV_LINE_RULE, readEnvLines } from './env-lines.ts';

const taken: [name: string, text: string, value: string][] = [
  ['a word', 'A=staging', 'staging'],
  ['nothing', 'A=', ''],
  ['an address', 'A=http://[::1]:3000/x?sslmode=require,y', 'http://[::1]:3000/x?sslmode=require,y'],
  ['a dollar in single quotes', `A='postgres://ehr:pa$word#1@db/ehr'`, 'postgres://ehr:pa$word#1@db/ehr'],
  ['spaces and double quotes in single quotes', `A=' two "words" '`, ' two "words" '],
  ['an exported one', 'export A=b', 'b'],
  ['a comment behind it', 'A=b # why', 'b'],
  ['the last of two', 'A=a\nA=b', 'b'],
  ['one after comments and empty lines', '# why\n\n  # and\nA=b\n', 'b'],
];
const refused: [name: string, text: string][] = [
  ['a bare dollar', 'A=pa$word'],
  ['double quotes', 'A="b"'],
  ['a space', 'A=two words'],
  ['a space behind the sign', 'A= b'],
  ['a comment in place of a value, as a paste leaves it', 'A=    # a key'],
  ['a space before the sign', 'A =b'],
  ['a sharp in a word', 'A=a#b'],
  ['a backslash', 'A=a\\b'],
  ['a backslash in quotes', `A='a\\'`],
  ['quotes inside', `A='a'b'`],
  ['a value of two lines', `A='a\nb'`],
  ['backticks', 'A=`id`'],
  ['a home directory', 'A=~/x'],
  ['a semicolon', 'A=a;b'],
  ['no sign', 'A'],
  ['a name with a dot', 'A.B=c'],
  ['line ends of Windows', 'A=b\r'],
  ['a byte order mark', '\uFEFFA=b'],
];

describe('readEnvLines', () => {
  it.each(taken)('takes %s', (_name, text, value) => {
    expect(readEnvLines(text, '.env.prod')).toEqual({ A: value });
  });

  it.each(refused)('refuses %s', (_name, text) => {
    expect(() => readEnvLines(`# first\n${text}\n`, '.env.prod')).toThrowError(
      /^\.env\.prod cannot be read alike by every tool: line 2/u,
    );
  });

  it('names every line, and repeats none of them', () => {
    expect(() => readEnvLines('A="canary"\nB=1\nC=$canary\n', '.env.dev')).toThrowError(
      expect.objectContaining({
        code: 'OPTIONS_INVALID',
        message: '.env.dev cannot be read alike by every tool: line 1, line 3.',
        hint: expect.stringContaining('NAME=value') as string,
      }),
    );
  });
});

describe('every other reader of the file', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ehr-env-lines-'));
    await copyFile(join(import.meta.dirname, '../../../../deploy.sh'), join(directory, 'deploy.sh'));
    // deploy.sh hands compose the name of the project; that is how one sees what it has read.
    const docker = '#!/bin/sh\n[ "$1 $4" != "compose --file" ] || printf \'%s\\n\' "$3" >&3\n';
    await mkdir(join(directory, 'bin'));
    await writeFile(join(directory, 'bin/docker'), docker, { mode: 0o755 });
    await writeFile(
      join(directory, 'docker-compose.yml'),
      'services: { one: { image: one, environment: { A: "${A}" } } }\n',
    );
  });
  afterAll(() => rm(directory, { recursive: true }));
  const { PATH = '', HOME = '' } = process.env;
  const run = (command: string, args: string[], env: Record<string, string> = {}) =>
    execa(command, args, {
      cwd: directory,
      extendEnv: false,
      env: { PATH, HOME, ...env },
      reject: false,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
  const script = (args: string[], env: Record<string, string> = {}) =>
    run('./deploy.sh', args, { PATH: `${join(directory, 'bin')}:${PATH}`, ...env });

  it.each(taken)('a shell reads %s alike', async (_name, text, value) => {
    await writeFile(join(directory, '.env.prod'), `${text}\n`);
    const { stdout } = await run('sh', ['-c', 'set -a; . ./.env.prod; set +a; printf "[%s]" "$A"']);
    expect(stdout).toBe(`[${value}]`);
  });

  it.each(taken.filter(([, , value]) => value !== ''))(
    'deploy.sh reads %s alike',
    async (_name, text, value) => {
      await writeFile(join(directory, '.env.local'), `${text.replaceAll('A=', 'COMPOSE_PROJECT_NAME=')}\n`);
      const { stdio, stderr } = await script(['local', 'ps']);
      expect([stderr, String(stdio[3]).split('\n')[0]]).toEqual(['', value]);
    },
  );

  it.each(refused)('deploy.sh refuses %s', async (_name, text) => {
    await writeFile(join(directory, '.env.local'), `# first\n${text}\n`);
    const { exitCode, stderr } = await script(['local', 'ps']);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^deploy\.sh: \.env\.local cannot be read alike by every tool: line 2[.,]/u),
    ]);
    expect(stderr).toContain(ENV_LINE_RULE);
  });

  it.each([
    ['EHR_ENVIRONMENT', 'prod', 'the process environment says EHR_ENVIRONMENT=prod'],
    [
      'COMPOSE_PROJECT_NAME',
      'clinic',
      'the process environment says COMPOSE_PROJECT_NAME=clinic, which is prod',
    ],
    ['COMPOSE_PROJECT_NAME', 'ehr-connect-dev', 'COMPOSE_PROJECT_NAME=ehr-connect-dev, which is dev'],
  ])('deploy.sh does not work on local in a shell with %s=%s', async (name, value, what) => {
    await writeFile(join(directory, '.env.prod'), 'COMPOSE_PROJECT_NAME=clinic\n');
    await writeFile(join(directory, '.env.local'), '');
    const { exitCode, stderr } = await script(['local', 'ps'], { [name]: value });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`This is local, and`)]);
    expect(stderr).toContain(what);
  });

  it('deploy.sh takes a project of its own from the process environment, and no empty one', async () => {
    await writeFile(join(directory, '.env.local'), 'COMPOSE_PROJECT_NAME=here\n');
    const projects = ['trial', ''].map(async (COMPOSE_PROJECT_NAME) => {
      const { stdio } = await script(['local', 'ps'], { COMPOSE_PROJECT_NAME });
      return String(stdio[3]).split('\n')[0];
    });
    expect(await Promise.all(projects)).toEqual(['trial', 'here']);
  });

  const compose = execaSync('docker', ['compose', 'version'], { reject: false });
  it.skipIf(compose.failed).each(taken)('docker compose reads %s alike', async (_name, text, value) => {
    await writeFile(join(directory, '.env.prod'), `${text}\n`);
    const { stdout } = await run('docker', [
      'compose',
      '--env-file',
      '.env.prod',
      'config',
      '--format',
      'json',
    ]);
    const { services } = JSON.parse(stdout) as { services: { one: { environment: { A: string } } } };
    expect(services.one.environment.A.replaceAll('$$', '$')).toBe(value);
  });
});
