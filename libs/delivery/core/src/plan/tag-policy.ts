import type { Environment } from '../environments.ts';
import { parseVersionTag, versionTags } from '../image/version-tags.ts';
import type { Source } from '../ports.ts';
import type { PlannedTag, TagKind } from './plan.ts';

/** A tag that a deploy gives its image. */
export type WantedTag = Pick<PlannedTag, 'tag' | 'kind'>;

/**
 * The table of README § Tags, in the order the tags are written: exact before moving, the environment's last. On a
 * laptop the "branch" is `local`: its images say nothing of a branch. A prerelease takes no moving tag.
 * `release` is a Git tag that `parseVersionTag` reads, or null.
 */
export function tagsFor(
  environment: Environment,
  source: Source,
  release: string | null = null,
): readonly WantedTag[] {
  const branch =
    environment === 'local'
      ? 'local'
      : asTagPart(source.branch ?? (release === null ? 'detached' : 'release'));
  const revision = `${branch}-${source.revision.slice(0, 7)}`;
  const version = release === null ? undefined : parseVersionTag(release);
  const { exact, moving } = version === undefined ? { exact: [], moving: [] } : versionTags(version);
  const all = (kind: TagKind, tags: readonly string[]) => tags.map((tag) => ({ tag, kind }));
  return [
    source.dirty ? { tag: `${revision}-dirty`, kind: 'trial' } : { tag: revision, kind: 'revision' },
    ...all('version', exact),
    ...all(
      'range',
      moving.filter((tag) => tag !== 'latest'),
    ),
    ...(version !== undefined && moving.length === 0 ? [] : environmentTags(environment)),
  ];
}

/** The tags that follow what an environment was verified to run: its own, and of prod `latest`. */
export function environmentTags(environment: Environment): readonly WantedTag[] {
  const own: WantedTag = { tag: environment, kind: 'environment' };
  return environment === 'prod' ? [{ tag: 'latest', kind: 'latest' }, own] : [own];
}

/** Branch names hold slashes and more; tags hold `[A-Za-z0-9_.-]` and start with a letter, digit or underscore. */
function asTagPart(branch: string): string {
  const part = branch.replace(/[^\w.-]+/g, '-').replace(/^[.-]+/, '');
  return part.slice(0, 100) || 'branch';
}
