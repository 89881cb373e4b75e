import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coreError } from '@ehr/delivery-core';
import { createRecordingPorts, type RecordingPorts } from '@ehr/delivery-core/testing';
import type { ExecutorContext } from '@nx/devkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Wiring } from '../../wiring/wiring.ts';
import deploy from '../deploy/executor.ts';
import runningRevision from './executor.ts';

let root: string;
let ports: RecordingPorts;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ehr-running-'));
  ports = createRecordingPorts();
});
afterEach(() => rm(root, { recursive: true }));

/** What it prints and what the job's next steps read; without a username nobody knows whose images they are. */
async function ask(
  processEnv: Record<string, string> = { DOCKERHUB_USERNAME: 'clinic' },
  executor = runningRevision,
) {
  const outputs = join(root, 'outputs');
  let printed = '';
  const wiring: Wiring = {
    processEnv: { ...processEnv, GITHUB_OUTPUT: outputs },
    print: (text) => (printed += text),
    warn: (text) => (printed += text),
    ports: () => ({ ...ports, referrers: {} }) as unknown as ReturnType<Wiring['ports']>,
  };
  const projects = { 'ehr-api': { targets: { deploy: { options: { variablePrefix: 'API' } } } } };
  const context = { root, projectName: 'ehr-api', projectsConfigurations: { projects } };
  const options = { environment: 'local', ...(executor === deploy && { variablePrefix: 'API' }) };
  const { success } = await executor(options, context as unknown as ExecutorContext, wiring);
  expect(success, printed).toBe(true);
  return { printed, output: await readFile(outputs, 'utf8') };
}

describe('running-revision', () => {
  it('is the commit of the last release, for people and for the next steps of a job', async () => {
    await ask(undefined, deploy);
    await rm(join(root, 'outputs'));
    const { printed, output } = await ask();
    expect(printed).toMatch(/^ehr-api in local: it runs abcdef1 since 2\d{3}-/);
    expect(output).toBe('revision=abcdef1234567890\n');
  });

  it('is empty, and says why, when nothing ran there, and when it cannot be read or is not in this checkout', async () => {
    expect(await ask()).toEqual({
      printed: 'ehr-api in local: nothing was ever verified there: everything counts as changed\n',
      output: 'revision=\n',
    });
    await ask(undefined, deploy);
    await rm(join(root, 'outputs'));
    ports = { ...ports, source: { ...ports.source, isAncestor: async () => null } };
    expect((await ask()).printed).toContain('it runs abcdef1, which is not in this checkout');
    const read = () => Promise.reject(coreError('SOURCE_UNREADABLE', 'The registry wants a sign-in.'));
    const journal = { ...ports.registry.journal, read };
    ports = { ...ports, registry: { ...ports.registry, journal } };
    const denied = await ask();
    expect(denied.printed).toContain(
      '(SOURCE_UNREADABLE: The registry wants a sign-in): everything counts as changed',
    );
    expect(denied.output).toMatch(/^revision=\nrevision=\n$/);
  });
});
