import type { Environment } from '../environments.ts';
import type { Source } from '../ports.ts';
import { parseVersionTag, versionTags } from '../image/version-tags.ts';

/** Every tag a deploy gives its image, in the order they are written: exact before moving, the environment's last. */
export interface Tags {
  /** `<branch>-<sha7>`: what this commit is; `-dirty` when the working tree is not that commit. */
  readonly revision: string;
  /** A revision tag never moves, unless the tree was dirty: then it only names the last try. */
  readonly revisionMoves: boolean;
  /** `v1.2.3` and `1.2.3` of a release; never move. */
  readonly version: readonly string[];
  /** `1.2`, `1`, `latest` of a stable release; settled from what the registry holds, never backwards. */
  readonly versionMoving: readonly string[];
  /** What the environment follows: `dev`, `staging`; `prod` and, but for a release, `latest`; none for a prerelease. */
  readonly environment: readonly string[];
}

/**
 * The table of README § Tags. On a laptop the "branch" is `local`: its images say nothing of a branch.
 * `release` is a Git tag that `parseVersionTag` reads, or null.
 */
export function tagsFor(environment: Environment, source: Source, release: string | null = null): Tags {
  const branch =
    environment === 'local'
      ? 'local'
      : asTagPart(source.branch ?? (release === null ? 'detached' : 'release'));
  const version = release === null ? undefined : parseVersionTag(release);
  const { exact, moving } = version === undefined ? { exact: [], moving: [] } : versionTags(version);
  return {
    revision: `${branch}-${source.revision.slice(0, 7)}${source.dirty ? '-dirty' : ''}`,
    revisionMoves: source.dirty,
    version: exact,
    versionMoving: moving,
    environment: environmentTags(
      environment,
      version === undefined ? 'branch' : moving.length > 0 ? 'stable' : 'prerelease',
    ),
  };
}

function environmentTags(environment: Environment, from: 'branch' | 'stable' | 'prerelease'): string[] {
  if (from === 'prerelease') return [];
  // Of a release `latest` is decided among all versions, with the other moving tags.
  return environment === 'prod' && from === 'branch' ? ['prod', 'latest'] : [environment];
}

/** Branch names hold slashes and more; tags hold `[A-Za-z0-9_.-]` and start with a letter, digit or underscore. */
function asTagPart(branch: string): string {
  const part = branch.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  return part.slice(0, 100) || 'branch';
}
