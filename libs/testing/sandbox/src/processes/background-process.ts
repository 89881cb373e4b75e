import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { sandboxDirectory, sandboxPath } from '../workspace.ts';
import { processIdentity } from './process-identity.ts';
import { waitUntil } from './wait-until.ts';

/**
 * Starts a server that outlives this process and Ctrl-C, and remembers it in `.sandbox/run/<name>.json`.
 * Its output goes to `.sandbox/log/<name>.log`. Linux only, like everything it is used for.
 */
export function startBackgroundProcess(name: string, command: string, args: readonly string[]): void {
  const log = openSync(`${sandboxDirectory('log')}/${name}.log`, 'a');
  const record = recordFile(name);
  sandboxDirectory('run');
  const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd: '/' });
  closeSync(log);
  // A command that cannot be started shows in the caller's wait for an answer; here it must not crash.
  child.on('error', () => rmSync(record, { force: true }));
  child.unref();
  if (child.pid === undefined) return;
  const identity = processIdentity(child.pid);
  writeFileSync(record, JSON.stringify({ pid: child.pid, identity, command: [command, ...args] }));
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

/** Ends it (asks, and after 30 seconds insists). Returns whether there was anything to end. */
export async function stopBackgroundProcess(name: string): Promise<boolean> {
  const pid = backgroundProcess(name);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    const gone = waitUntil(() => backgroundProcess(name) === undefined, {
      timeoutMs: 30_000,
      lastSeen: () => `process ${pid} (${name}) does not end`,
    });
    await gone.catch(() => process.kill(pid, 'SIGKILL'));
  }
  rmSync(recordFile(name), { force: true });
  return pid !== undefined;
}

/** The end of its log, for an error message. */
export function backgroundOutput(name: string): string {
  try {
    return readFileSync(sandboxPath('log', `${name}.log`), 'utf8')
      .trim()
      .split('\n')
      .slice(-5)
      .join('\n');
  } catch {
    return '(it wrote nothing)';
  }
}

function recordFile(name: string): string {
  return sandboxPath('run', `${name}.json`);
}
