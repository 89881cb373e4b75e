import type { Run } from '@ehr/delivery-core';

/** A run that is a process of this machine, as of `nx deploy` on a laptop; runs in `ended` are over, too. */
export function processRun(ended: ReadonlySet<string> = new Set()): Pick<Run, 'name' | 'isGone'> {
  return {
    name: `the fault matrix (process ${process.pid}, ${performance.now()})`,
    isGone: (name) => ended.has(name) || isDead(Number(/process (\d+)/.exec(name)?.[1])),
  };
}

function isDead(pid: number): boolean {
  try {
    process.kill(pid, 0); // Signal 0 only asks.
    return false;
  } catch {
    return true;
  }
}
