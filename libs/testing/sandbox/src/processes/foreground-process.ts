import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface ForegroundProcess {
  /** The last lines it wrote, for an error message. */
  output(): string;
  /** True once it has ended, whoever ended it. */
  ended(): boolean;
  stop(): Promise<void>;
}

/** Everything still running, so that one exit listener is enough for any number of them. */
const running = new Set<() => void>();

/**
 * Starts a server that lives no longer than this process: tests use it. `stopSignal` asks it to end;
 * after five seconds it is killed.
 */
export function startForegroundProcess(
  command: string,
  args: readonly string[],
  options: {
    readonly stopSignal?: NodeJS.Signals;
    readonly cwd?: string;
    readonly uid?: number;
    readonly gid?: number;
  } = {},
): ForegroundProcess {
  const { stopSignal = 'SIGTERM', ...spawnOptions } = options;
  const child = spawn(command, args, { ...spawnOptions, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const remember = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  child.on('error', (error) => (output += error.message));
  const kill = (): void => void child.kill(stopSignal);
  if (running.size === 0) process.once('exit', stopAll);
  running.add(kill);
  child.once('exit', () => running.delete(kill));
  return { output: () => output.trim(), ended: () => hasEnded(child), stop: () => stop(child, stopSignal) };
}

function stopAll(): void {
  for (const kill of running) kill();
}

async function stop(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const end = once(child, 'exit');
  child.kill(signal);
  const hurry = setTimeout(() => child.kill('SIGKILL'), 5000);
  await end;
  clearTimeout(hurry);
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
