import type { Commit } from '@ehr/delivery-core';
import { execa } from 'execa';

/** The commits of a range, newest first; null when this checkout does not know it. The range must not come from outside. */
export async function readCommits(root: string, range: string): Promise<readonly Commit[] | null> {
  const log = await execa('git', ['log', '--format=%H %s', range, '--'], {
    cwd: root,
    stdin: 'ignore',
    reject: false,
  });
  if (log.exitCode !== 0) return null;
  const lines = log.stdout.split('\n').filter(Boolean);
  return lines.map((line) => ({ revision: line.slice(0, 40), subject: line.slice(41) }));
}
