import { writeFileSync } from 'node:fs';
import { execa } from 'execa';
import {
  backgroundOutput,
  backgroundProcess,
  startBackgroundProcess,
  stopBackgroundProcess,
} from '../processes/background-process.ts';
import { run, succeeds } from '../processes/run.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { SandboxError } from '../sandbox-error.ts';
import { sandboxDirectory } from '../workspace.ts';
import { dockerRegistryBinary } from './docker-registry-binary.ts';
import { registryAnswers } from './registry-answers.ts';
import { registryConfig } from './registry-config.ts';
import { REGISTRY_IMAGE } from './registry-container.ts';

/** Where the configuration `local` pushes to and the engine pulls from. */
export const LOCAL_REGISTRY = '127.0.0.1:5050';
/** The process, and on machines without Debian's package the container and its volume. */
const NAME = 'ehr-connect-registry';

/** The local registry answers afterwards; returns whether this call started it. */
export async function prepareLocalRegistry(): Promise<{ readonly started: boolean }> {
  const url = `http://${LOCAL_REGISTRY}`;
  const answer = await registryAnswers(url);
  if (answer === 'yes') return { started: false };
  if (answer === 'other')
    throw new SandboxError(
      `something that is not a registry listens on ${LOCAL_REGISTRY}`,
      'Stop it; `ss -ltnp` or `lsof -i :5050` says what it is.',
    );
  await launch();
  await waitUntil(async () => (await registryAnswers(url)) === 'yes', {
    timeoutMs: 30_000,
    lastSeen: () => `the registry does not answer on ${url}: ${backgroundOutput(NAME)}`,
  });
  return { started: true };
}

async function launch(): Promise<void> {
  const binary = await dockerRegistryBinary();
  if (!binary) return launchContainer();
  if (backgroundProcess(NAME) !== undefined) return; // started a moment ago by a run that was interrupted
  const directory = sandboxDirectory('registry');
  const config = `${directory}/config.json`;
  writeFileSync(config, registryConfig({ address: LOCAL_REGISTRY, directory: `${directory}/data` }));
  startBackgroundProcess(NAME, binary, ['serve', config]);
}

async function launchContainer(): Promise<void> {
  if (await succeeds('docker', ['start', NAME])) return;
  await run('docker', [
    ...['run', '--detach', '--name', NAME, '--publish', `${LOCAL_REGISTRY}:5000`],
    ...['--volume', `${NAME}:/var/lib/registry`, '--env', 'REGISTRY_STORAGE_DELETE_ENABLED=true'],
    REGISTRY_IMAGE,
  ]);
}

/** Whether the registry is a process or a running container of ours. */
export async function localRegistryStartedHere(): Promise<boolean> {
  if (backgroundProcess(NAME) !== undefined) return true;
  return (await containerState()) === 'running';
}

/** Ends the registry if this workspace (or its container) runs it; the data stays unless `purge`. */
export async function stopLocalRegistry({ purge = false } = {}): Promise<boolean> {
  const process = await stopBackgroundProcess(NAME);
  const container = (await containerState()) !== undefined;
  if (container) await run('docker', ['rm', '--force', NAME]);
  if (purge) await succeeds('docker', ['volume', 'rm', '--force', NAME]);
  return process || container;
}

async function containerState(): Promise<string | undefined> {
  const format = ['--format', '{{.State.Status}}'];
  const inspect = await execa('docker', ['container', 'inspect', ...format, NAME], { reject: false });
  return inspect.failed ? undefined : inspect.stdout.trim();
}
