import { movingTagWinners, parseVersionTag, type Commit } from '@ehr/delivery-core';
import { compare } from 'semver';
import { fenced } from './summarize-report.ts';

/** An image of a release, as it can be pulled. */
export interface ReleasedImage {
  readonly service: string;
  /** `docker.io/acme/ehr-api` */
  readonly repository: string;
  readonly digest: string;
  readonly platforms: readonly string[];
}

/**
 * The version a release follows: the highest below it, of all tags of the history. A stable release follows a stable
 * one, so that its notes hold what its release candidates brought.
 */
export function previousVersion(tag: string, tags: readonly string[]): string | null {
  const version = parseVersionTag(tag);
  if (version === undefined) return null;
  const below = tags
    .map(parseVersionTag)
    .filter((other) => other !== undefined)
    .filter((other) => compare(other, version) < 0)
    .filter((other) => version.prerelease.length > 0 || other.prerelease.length === 0)
    .sort(compare);
  const last = below.at(-1);
  return last === undefined ? null : `v${last.version}`;
}

/** Whether GitHub is to show it as the latest: the highest stable version there is, whenever it was released. */
export function isLatest(tag: string, tags: readonly string[]): boolean {
  return movingTagWinners([...tags, tag]).get('latest') === tag;
}

/** The notes in Markdown: the commits since the previous version, and the images with their digests. */
export function renderReleaseNotes(
  tag: string,
  previous: string | null,
  commits: readonly Commit[],
  images: readonly ReleasedImage[],
): string {
  const lines = commits.map(({ revision, subject }) => `${revision.slice(0, 7)} ${subject}`);
  return [
    previous === null ? '## What is in it' : `## What changed since ${previous}`,
    '',
    fenced(lines.join('\n') || 'nothing'),
    '',
    '## Images',
    '',
    '| service | image | platforms |',
    '| --- | --- | --- |',
    ...images.map(
      ({ service, repository, digest, platforms }) =>
        `| ${service} | \`${repository}:${tag}@${digest}\` | ${platforms.join(', ')} |`,
    ),
    '',
    '## To go back to it later',
    '',
    '```sh',
    `gh workflow run manual-build.yml -f service=both -f environment=prod -f rollback-to=${tag}`,
    '```',
    '',
  ].join('\n');
}
