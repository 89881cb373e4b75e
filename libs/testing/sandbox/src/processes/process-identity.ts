import { readFileSync } from 'node:fs';

/**
 * What tells a process from a later one with the same number: the boot it runs in and the tick it
 * started at. Undefined when there is no such process, or it has ended and waits to be collected.
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
