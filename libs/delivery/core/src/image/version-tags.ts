import { parse, type SemVer } from 'semver';

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

/** The moving tags of the version that a Git tag names; none of a prerelease, or of what is no version. */
export function movingTagsOf(tag: string): readonly string[] {
  const version = parseVersionTag(tag);
  return version === undefined ? [] : versionTags(version).moving;
}

/** The version tags among tags, highest first: `v1.10.0`, `v1.9.3`. */
export function versionTagsIn(tags: readonly string[]): readonly string[] {
  return tags
    .map(parseVersionTag)
    .filter((version) => version !== undefined)
    .sort((a, b) => b.compare(a))
    .map(({ version }) => `v${version}`);
}
