import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import {
  backgroundOutput,
  backgroundProcess,
  startBackgroundProcess,
  stopBackgroundProcess,
} from '../processes/background-process.ts';
import { processIdentity } from '../processes/process-identity.ts';
import { findExecutable } from '../processes/find-executable.ts';
import { run } from '../processes/run.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { sandboxDirectory, sandboxPath } from '../workspace.ts';

const NAME = 'dockerd';
const MACHINE_CONFIG = '/etc/docker/daemon.json';
const CONFIG = sandboxPath('engine', 'daemon.json');
const CONTAINERD_PID = '/var/run/docker/containerd/containerd.pid';

/** Starts the installed engine and waits until it answers. */
export async function startEngine(by: 'systemd' | 'process'): Promise<void> {
  if (by === 'systemd') await run('systemctl', ['start', 'docker']);
  else if (backgroundProcess(NAME) === undefined) launch();
  let problem = '';
  await waitUntil(
    async () => {
      const info = await execa('docker', ['version'], { reject: false, stdin: 'ignore', timeout: 10_000 });
      problem = info.stderr.trim();
      if (info.failed && by === 'process' && backgroundProcess(NAME) === undefined)
        throw new Error(`dockerd ended: ${backgroundOutput(NAME)}`);
      return !info.failed;
    },
    {
      timeoutMs: 60_000,
      lastSeen: () =>
        `the engine does not answer: ${problem}\n${by === 'process' ? backgroundOutput(NAME) : ''}`,
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

/** Ends the engine if this workspace started it as a process. */
export async function stopEngine(): Promise<boolean> {
  return stopBackgroundProcess(NAME);
}

function launch(): void {
  const pidFile = sandboxPath('run', 'dockerd.pid');
  // After a crash the number may belong to someone else by now; dockerd would refuse to start.
  rmSync(pidFile, { force: true });
  removeStaleContainerdPid();
  const args = ['--pidfile', pidFile];
  // The machine's own configuration is the owner's will; without one, ours says the one thing we need:
  // the containerd image store, in which the default builder can build several platforms.
  if (!existsSync(MACHINE_CONFIG)) {
    sandboxDirectory('engine');
    writeFileSync(CONFIG, JSON.stringify({ features: { 'containerd-snapshotter': true } }));
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
