import {
  type Commit,
  coreError,
  type Environment,
  formatReference,
  parseVersionTag,
  Secret,
  versionTagsIn,
  wasReleasedAnywhere,
} from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
import { compare } from 'semver';
import { readCommits } from '../ports/git-source.ts';
import type { ProcessEnv } from '../process-env.ts';
import { markdownTable } from '../reporters/tables.ts';
import { servicesOf } from '../wiring/open-service.ts';
import { connect, type Wiring } from '../wiring/wiring.ts';
import { commitList } from './markdown.ts';
import { publishRelease } from './publish-release.ts';

/**
 * Makes or completes the GitHub Release of a version of all services.
 * @throws OPTIONS_INVALID, RELEASE_UNKNOWN, SOURCE_UNREADABLE, GITHUB_REFUSED
 */
export async function releaseOnGithub(
  tag: string,
  environment: Environment,
  context: ExecutorContext,
  wiring: Wiring,
): Promise<{ readonly url: string; readonly created: boolean }> {
  const repository = repositoryOf(wiring.processEnv);
  const images = await Promise.all(
    servicesOf(context).map((service) => imageOf(service, tag, environment, context, wiring)),
  );
  const listed = await execa('git', ['tag', '--list', 'v*'], { cwd: context.root, stdin: 'ignore' });
  const tags = listed.stdout.split('\n').filter(Boolean);
  const previous = previousVersion(tag, tags);
  const range = previous === null ? tag : `${previous}..${tag}`;
  const commits = await readCommits(context.root, range);
  if (commits === null) {
    throw coreError('SOURCE_UNREADABLE', `Git does not know the commits of ${range} here.`);
  }
  return publishRelease(repository, {
    tag,
    body: renderReleaseNotes(tag, previous, commits, images),
    prerelease: (parseVersionTag(tag)?.prerelease.length ?? 0) > 0,
    latest: isLatest(tag, tags),
    assets: Object.fromEntries(images.flatMap(({ sbom }) => (sbom === null ? [] : [sbom]))),
  });
}

async function imageOf(
  service: string,
  tag: string,
  environment: Environment,
  context: ExecutorContext,
  wiring: Wiring,
): Promise<ReleasedImage & { readonly sbom: readonly [name: string, content: string] | null }> {
  const { ports } = await connect(environment, { ...context, projectName: service }, wiring);
  const repository = formatReference(ports.registry.repository);
  const image = await ports.registry.describe(tag);
  if (image === null) {
    throw coreError('RELEASE_UNKNOWN', `${repository} has no image ${tag}.`, {
      hint: 'The release workflow publishes the images first; run it again.',
    });
  }
  const { digest, platforms } = image;
  const { entries } = await ports.registry.journal.read();
  const sbom = await ports.referrers.readSbom(digest);
  return {
    service,
    repository,
    digest,
    platforms,
    isDeployed: wasReleasedAnywhere(entries, digest),
    sbom: sbom === null ? null : [`${service}-${tag}.cdx.json`, sbom],
  };
}

/** As GitHub Actions says where it runs. */
function repositoryOf(processEnv: ProcessEnv) {
  const { GITHUB_API_URL: apiUrl = 'https://api.github.com', GITHUB_REPOSITORY, GITHUB_TOKEN } = processEnv;
  const [owner, repo] = GITHUB_REPOSITORY?.split('/') ?? [];
  if (owner !== undefined && repo !== undefined && GITHUB_TOKEN !== undefined && GITHUB_TOKEN !== '') {
    return { apiUrl, owner, repo, token: new Secret(GITHUB_TOKEN) };
  }
  throw coreError(
    'OPTIONS_INVALID',
    'GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN must be set in the process environment.',
  );
}

/** An image of a release, as it can be pulled. */
export interface ReleasedImage {
  readonly service: string;
  /** `docker.io/acme/ehr-api` */
  readonly repository: string;
  readonly digest: string;
  readonly platforms: readonly string[];
  /** Whether some environment was verified to run it. */
  readonly isDeployed: boolean;
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
  return versionTagsIn([...tags, tag]).find((version) => !version.includes('-')) === tag;
}

/** The notes in Markdown: the commits since the previous version, and the images with their digests. */
export function renderReleaseNotes(
  tag: string,
  previous: string | null,
  commits: readonly Commit[],
  images: readonly ReleasedImage[],
): string {
  const idle = images.filter(({ isDeployed }) => !isDeployed).map(({ service }) => service);
  return [
    previous === null ? '## What is in it' : `## What changed since ${previous}`,
    '',
    commitList(commits),
    '',
    '## Images',
    '',
    ...(idle.length === 0
      ? []
      : [
          `**Not deployed**: ${idle.join(' and ')}. The ${idle.length === 1 ? 'image is' : 'images are'} in the registry, and no environment was verified to run ${idle.length === 1 ? 'it' : 'them'}: a prerelease, or something newer runs.`,
          '',
        ]),
    ...markdownTable(
      ['service', 'image', 'platforms'],
      images.map(({ service, repository, digest, platforms }) => [
        service,
        `\`${repository}:${tag}@${digest}\``,
        platforms.join(', '),
      ]),
    ),
    '## To go back to it later',
    '',
    '```sh',
    `gh workflow run manual-build.yml -f service=both -f environment=prod -f rollback-to=${tag}`,
    '```',
    '',
  ].join('\n');
}
