import { compare, parse, type SemVer } from 'semver';

/** The tags of a released version. A prerelease has exact tags only: nobody follows it by accident. */
export interface VersionTags {
  /** Never move: `v1.2.3`, `1.2.3`. */
  readonly exact: readonly string[];
  /** Move forward only: `1.2`, `1`, `latest`. */
  readonly moving: readonly string[];
}

/** Reads a Git tag as a version: `v1.2.3`, `v1.2.3-rc.1`. Undefined for anything else, build metadata included. */
export function parseVersionTag(tag: string): SemVer | undefined {
  const version = tag.startsWith('v') ? parse(tag.slice(1)) : null;
  // `+` cannot stand in an image tag, and semver's parser forgives spaces and more: only the canonical form counts.
  return version !== null && `v${version.version}` === tag ? version : undefined;
}

/** The tags of a version, exact and moving; those of a prerelease are exact only. */
export function versionTags(version: SemVer): VersionTags {
  const exact = [`v${version.version}`, version.version];
  if (version.prerelease.length > 0) return { exact, moving: [] };
  return { exact, moving: [`${version.major}.${version.minor}`, `${version.major}`, 'latest'] };
}

/**
 * What each moving tag has to name, from the tags a registry holds: moving tag → exact tag of the highest stable
 * version in its range. Decided from all versions at once, so the order in which they were released says nothing.
 */
export function movingTagWinners(tags: readonly string[]): ReadonlyMap<string, string> {
  const stable = tags
    .map(parseVersionTag)
    .filter((version) => version !== undefined && version.prerelease.length === 0)
    .sort(compare as (a: SemVer | undefined, b: SemVer | undefined) => number);
  const winners = new Map<string, string>();
  for (const version of stable) {
    if (version === undefined) continue;
    for (const tag of versionTags(version).moving) winners.set(tag, `v${version.version}`);
  }
  return winners;
}
