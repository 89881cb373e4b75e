import { Secret, coreError, parseVersionTag } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
import { openDelivery } from '../../delivery/open-delivery.ts';
import { servicesOf } from '../../delivery/services-of.ts';
import { publishRelease } from '../../github/publish-release.ts';
import { isLatest, previousVersion, renderReleaseNotes } from '../../github/release-notes.ts';
import type { ReleasedImage } from '../../github/release-notes.ts';
import { readCommits } from '../../ports/read-commits.ts';
import { runReporting } from '../run-reporting.ts';

interface GithubReleaseOptions {
  readonly tag: string;
  readonly environment: string;
}

/** The `github-release` target: one GitHub Release of a version whose images are in the registry. */
export default function githubRelease(
  { tag, environment }: GithubReleaseOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const version = parseVersionTag(tag);
    if (version === undefined) {
      throw coreError('OPTIONS_INVALID', `tag: must be a version tag such as v1.2.3; it is "${tag}".`);
    }
    const repository = repositoryOf(process.env);
    const images = await Promise.all(
      servicesOf(context).map((service) => imageOf(service, tag, environment, context)),
    );
    const listed = await execa('git', ['tag', '--list', 'v*'], { cwd: context.root, stdin: 'ignore' });
    const tags = listed.stdout.split('\n').filter(Boolean);
    const previous = previousVersion(tag, tags);
    const range = previous === null ? tag : `${previous}..${tag}`;
    const commits = await readCommits(context.root, range);
    if (commits === null) {
      throw coreError('SOURCE_UNREADABLE', `Git does not know the commits of ${range} here.`);
    }
    const { url, created } = await publishRelease(repository, {
      tag,
      body: renderReleaseNotes(tag, previous, commits, images),
      prerelease: version.prerelease.length > 0,
      latest: isLatest(tag, tags),
      assets: Object.fromEntries(images.flatMap(({ sbom }) => (sbom === null ? [] : [sbom]))),
    });
    process.stdout.write(`${tag} ${created ? 'is released' : 'was there and is complete'}: ${url}\n`);
  });
}

async function imageOf(
  service: string,
  tag: string,
  environment: string,
  context: ExecutorContext,
): Promise<ReleasedImage & { readonly sbom: readonly [name: string, content: string] | null }> {
  const { ports, referrers } = await openDelivery(environment, {}, { ...context, projectName: service });
  const image = await ports.registry.describe(tag);
  if (image !== null) {
    const { digest, platforms } = image;
    const sbom = await referrers.readSbom(digest);
    const name = `${service}-${tag}.cdx.json`;
    return {
      service,
      repository: ports.registry.name,
      digest,
      platforms,
      sbom: sbom === null ? null : [name, sbom],
    };
  }
  throw coreError('RELEASE_UNKNOWN', `${ports.registry.name} has no image ${tag}.`, {
    hint: 'The release workflow publishes the images first; run it again.',
  });
}

/** As GitHub Actions says where it runs. */
function repositoryOf(env: NodeJS.ProcessEnv) {
  const { GITHUB_API_URL: apiUrl = 'https://api.github.com', GITHUB_REPOSITORY, GITHUB_TOKEN } = env;
  const [owner, repo] = GITHUB_REPOSITORY?.split('/') ?? [];
  if (owner !== undefined && repo !== undefined && GITHUB_TOKEN !== undefined && GITHUB_TOKEN !== '') {
    return { apiUrl, owner, repo, token: new Secret(GITHUB_TOKEN) };
  }
  throw coreError(
    'OPTIONS_INVALID',
    'GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN must be set in the process environment.',
  );
}
