import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { waitUntil } from './wait-until.ts';
import { sandboxDirectory, sandboxPath } from './workspace.ts';

/**
 * Starts a server that outlives this process and Ctrl-C, and records it in `.sandbox/run/<name>.json`. Its output goes
 * to `.sandbox/log/<name>.log`. Linux only, like everything it is used for. A command that cannot be started is no
 * error here: the caller waits for the server's answer anyway.
 */
export function startBackgroundProcess(name: string, command: string, args: readonly string[]): void {
  const log = openSync(`${sandboxDirectory('log')}/${name}.log`, 'a');
  const record = recordFile(name);
  sandboxDirectory('run');
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  closeSync(log);
  child.on('error', () => rmSync(record, { force: true }));
  child.unref();
  if (child.pid === undefined) return;
  const identity = processIdentity(child.pid);
  writeFileSync(record, JSON.stringify({ pid: child.pid, identity }));
}

/** The process number, if the one that was started still runs; a stale record counts for nothing. */
export function backgroundProcess(name: string): number | undefined {
  try {
    const { pid, identity } = JSON.parse(readFileSync(recordFile(name), 'utf8')) as Record<string, unknown>;
    if (typeof pid !== 'number' || typeof identity !== 'string') return undefined;
    return processIdentity(pid) === identity ? pid : undefined;
  } catch {
    return undefined; // never started, or the record was cut off by an interrupt
  }
}

/** Ends it by SIGTERM, and after 30 seconds by SIGKILL. Returns whether there was anything to end. */
export async function stopBackgroundProcess(name: string): Promise<boolean> {
  const pid = backgroundProcess(name);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    const ended = waitUntil(() => backgroundProcess(name) === undefined, {
      timeoutMs: 30_000,
      message: () => `process ${pid} (${name}) does not end`,
    });
    await ended.catch(() => process.kill(pid, 'SIGKILL'));
  }
  rmSync(recordFile(name), { force: true });
  return pid !== undefined;
}

/** The last five lines of its log, for an error message. */
export function backgroundOutput(name: string): string {
  try {
    const log = readFileSync(sandboxPath('log', `${name}.log`), 'utf8');
    return log.trim().split('\n').slice(-5).join('\n');
  } catch {
    return '(it wrote nothing)';
  }
}

/**
 * What distinguishes a process from a later one with the same number: the boot it runs in and the tick it started at.
 * Undefined when there is no such process, or it has ended and waits to be collected.
 */
export function processIdentity(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return identityFromStat(readFileSync(`/proc/${pid}/stat`, 'utf8'), boot);
  } catch {
    return undefined; // no such process
  }
}

/** proc_pid_stat(5): after the name in parentheses (which may hold spaces), field 3 is the state, 22 the start. */
export function identityFromStat(stat: string, boot: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, started] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' || !started ? undefined : `${boot}/${started}`;
}

function recordFile(name: string): string {
  return sandboxPath('run', `${name}.json`);
}
