import type { Environment } from '../environments.ts';
import { branchOf } from '../environments.ts';
import { parseVersionTag } from '../image/version-tags.ts';
import type { SourceReader } from '../ports.ts';

/** How what would be rolled out stands to what runs. */
export type Order = 'newer' | 'same' | 'older' | 'unknown';

/** A commit and the version it was released as; `unversioned` when it was not. */
export interface Standing {
  readonly revision: string;
  readonly version: string;
}

/**
 * Whether `next` may follow `running` in the environment: by their versions where both have one, else by Git's
 * ancestry. Where that cannot tell, only the tip of the environment's branch on the remote is newer.
 */
export async function orderOf(
  next: Standing,
  running: Standing,
  environment: Environment,
  source: SourceReader,
): Promise<Order> {
  const [newVersion, oldVersion] = [next, running].map(({ version }) => parseVersionTag(`v${version}`));
  if (newVersion !== undefined && oldVersion !== undefined) {
    const compared = newVersion.compare(oldVersion);
    if (compared !== 0) return compared > 0 ? 'newer' : 'older';
  }
  if (next.revision === running.revision) return 'same';
  const [isOnTop, isBelow] = await Promise.all([
    source.isAncestor(running.revision, next.revision),
    source.isAncestor(next.revision, running.revision),
  ]);
  if (isOnTop === true) return 'newer';
  if (isBelow === true) return 'older';
  const branch = branchOf(environment);
  return branch !== null && (await source.tip(branch)) === next.revision ? 'newer' : 'unknown';
}
