import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  backgroundOutput,
  backgroundProcess,
  processIdentity,
  startBackgroundProcess,
  stopBackgroundProcess,
} from './background-process.ts';
import { chooseEngine, readEngineFacts } from './choose-engine.ts';
import { installPackages } from './packages.ts';
import { attempt, findExecutable, run, SandboxError } from './run.ts';
import { waitUntil } from './wait-until.ts';
import { sandboxDirectory, sandboxPath } from './workspace.ts';

const NAME = 'dockerd';
const MACHINE_CONFIG = '/etc/docker/daemon.json';
const CONFIG = sandboxPath('engine', 'daemon.json');
const SETTINGS = {
  // The containerd image store: in it the default builder can build several platforms.
  features: { 'containerd-snapshotter': true },
  // Docker's own pools hold about 30 networks, and each compose project takes one. Of the same range, 4,096 smaller ones.
  'default-address-pools': [{ base: '172.16.0.0/12', size: 24 }],
};
const CONTAINERD_PID = '/var/run/docker/containerd/containerd.pid';

/**
 * A container engine answers afterwards, with buildx and compose. Returns its version and whether this call started it.
 *
 * @throws SandboxError where only the person at the machine can provide one
 */
export async function prepareEngine(
  onProgress: (message: string) => void,
): Promise<{ readonly version: string; readonly started: boolean }> {
  const tried = new Set<string>();
  for (;;) {
    const choice = chooseEngine(await readEngineFacts());
    if (choice.kind === 'use') return { version: choice.version, started: tried.has('start') };
    if (choice.kind === 'explain') throw new SandboxError(choice.message, choice.hint);
    // Each once: if it did not help, doing it again will not.
    if (tried.has(choice.kind))
      throw new SandboxError(
        'the engine was installed and started, and still does not answer',
        'See .sandbox/log.',
      );
    tried.add(choice.kind);
    if (choice.kind === 'install') {
      const { names, later } = choice.packages;
      onProgress(`installing ${names.join(' ')}${later ? ` (from Debian ${later.suite})` : ''}`);
      await installPackages(names);
    } else {
      onProgress('starting dockerd');
      await startEngine(choice.by);
    }
  }
}

/**
 * Starts the installed engine and waits until it answers.
 *
 * @throws Error with the engine's own output where it ends or does not answer within a minute
 */
export async function startEngine(by: 'systemd' | 'process'): Promise<void> {
  if (by === 'systemd') await run('systemctl', ['start', 'docker']);
  else if (!engineStartedHere()) launch();
  let message = '';
  await waitUntil(
    async () => {
      const { failed, stderr } = await attempt('docker', ['version']);
      message = stderr.trim();
      if (failed && by === 'process' && !engineStartedHere())
        throw new Error(`dockerd ended: ${backgroundOutput(NAME)}`);
      return !failed;
    },
    {
      timeoutMs: 60_000,
      message: () =>
        `the engine does not answer: ${message}\n${by === 'process' ? backgroundOutput(NAME) : ''}`,
    },
  );
}

/** Whether the engine that runs is a process of this workspace. */
export function engineStartedHere(): boolean {
  return backgroundProcess(NAME) !== undefined;
}

/** Whether this workspace ran an engine as a process before, running now or not. */
export function engineRanHere(): boolean {
  return existsSync(CONFIG);
}

/** Ends the engine if this workspace started it as a process; returns whether it did. */
export async function stopEngine(): Promise<boolean> {
  return stopBackgroundProcess(NAME);
}

function launch(): void {
  const pidFile = sandboxPath('run', 'dockerd.pid');
  // After a crash another process may have the number by now; dockerd would refuse to start.
  rmSync(pidFile, { force: true });
  removeStaleContainerdPid();
  const args = ['--pidfile', pidFile];
  // The machine's own configuration is the owner's choice. Without one, ours has what we need.
  if (!existsSync(MACHINE_CONFIG)) {
    sandboxDirectory('engine');
    writeFileSync(CONFIG, JSON.stringify(SETTINGS));
    args.push('--config-file', CONFIG);
  }
  startBackgroundProcess(NAME, findExecutable('dockerd') ?? 'dockerd', args);
}

/** dockerd trusts this file if any process has the number, and then waits for a containerd that is not there. */
function removeStaleContainerdPid(): void {
  if (!existsSync(CONTAINERD_PID)) return;
  const pid = Number(readFileSync(CONTAINERD_PID, 'utf8'));
  if (processIdentity(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'containerd') return;
  rmSync(CONTAINERD_PID, { force: true });
}
