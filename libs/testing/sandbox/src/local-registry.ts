import { writeFileSync } from 'node:fs';
import {
  backgroundOutput,
  backgroundProcess,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import {
  registryAnswers,
  registryConfig,
  registryProgram,
  runRegistryContainer,
} from './registry-program.ts';
import { attempt, run, succeeds } from './run.ts';
import { SandboxError } from './sandbox-error.ts';
import { waitUntil } from './wait-until.ts';
import { sandboxDirectory } from './workspace.ts';

/** `host:port` that the configuration `local` pushes to and the engine pulls from. */
export const LOCAL_REGISTRY = '127.0.0.1:5050';
/** The process, and on machines without Debian's package the container and its volume. */
const NAME = 'ehr-connect-registry';

/**
 * The local registry answers afterwards; returns whether this call started it.
 *
 * @throws SandboxError where another program has its port; Error where it does not answer within 30 seconds
 */
export async function prepareLocalRegistry(): Promise<{ readonly started: boolean }> {
  const url = `http://${LOCAL_REGISTRY}`;
  const answer = await registryAnswers(url);
  if (answer === 'yes') return { started: false };
  if (answer === 'other')
    throw new SandboxError(
      `something that is not a registry listens on ${LOCAL_REGISTRY}`,
      'Stop it; `ss -ltnp` or `lsof -i :5050` shows what it is.',
    );
  await launch();
  await waitUntil(async () => (await registryAnswers(url)) === 'yes', {
    timeoutMs: 30_000,
    message: () => `the registry does not answer on ${url}: ${backgroundOutput(NAME)}`,
  });
  return { started: true };
}

async function launch(): Promise<void> {
  const program = await registryProgram();
  if (!program) return launchContainer();
  if (backgroundProcess(NAME) !== undefined) return; // started a moment ago by a run that was interrupted
  const directory = sandboxDirectory('registry');
  const config = `${directory}/config.json`;
  writeFileSync(config, registryConfig({ address: LOCAL_REGISTRY, directory: `${directory}/data` }));
  startBackgroundProcess(NAME, program, ['serve', config]);
}

async function launchContainer(): Promise<void> {
  if (await succeeds('docker', ['start', NAME])) return;
  await runRegistryContainer(NAME, LOCAL_REGISTRY, ['--volume', `${NAME}:/var/lib/registry`]);
}

/** Whether the registry is a process or a running container of ours. */
export async function localRegistryStartedHere(): Promise<boolean> {
  return backgroundProcess(NAME) !== undefined || (await containerState()) === 'running';
}

/**
 * Ends the registry if this workspace (or its container) runs it, and returns whether it did. The data stays unless
 * `purge`.
 */
export async function stopLocalRegistry({ purge = false } = {}): Promise<boolean> {
  const process = await stopBackgroundProcess(NAME);
  const container = (await containerState()) !== undefined;
  if (container) await run('docker', ['rm', '--force', NAME]);
  if (purge) await succeeds('docker', ['volume', 'rm', '--force', NAME]);
  return process || container;
}

async function containerState(): Promise<string | undefined> {
  const args = ['container', 'inspect', '--format', '{{.State.Status}}', NAME];
  const { failed, stdout } = await attempt('docker', args);
  return failed ? undefined : stdout.trim();
}
