import type { Secret } from '@ehr/delivery-core';
import { request } from '@octokit/request';
import { RequestError } from '@octokit/request-error';
import { toolError } from '../tool-errors.ts';

/** A repository on GitHub, and the token to write to it. */
export interface GithubRepository {
  /** `https://api.github.com`, or an enterprise server's. */
  readonly apiUrl: string;
  readonly owner: string;
  readonly repo: string;
  readonly token: Secret;
}

/** A GitHub Release as it should be. */
export interface GithubRelease {
  readonly tag: string;
  readonly body: string;
  readonly prerelease: boolean;
  readonly latest: boolean;
  /** Files to attach, by name. */
  readonly assets: Readonly<Record<string, string>>;
}

interface Found {
  readonly id: number;
  readonly html_url: string;
  readonly upload_url: string;
  readonly assets: readonly { readonly id: number; readonly name: string }[];
}

/**
 * Creates the one GitHub Release of a tag, or completes the one that is there: a second run ends in the same state.
 * Answers with its address. Throws GITHUB_REFUSED. REST: docs.github.com/rest/releases.
 */
export async function publishRelease(
  { apiUrl, owner, repo, token }: GithubRepository,
  release: GithubRelease,
): Promise<{ url: string; created: boolean }> {
  const call = request.defaults({
    baseUrl: apiUrl,
    headers: { authorization: `Bearer ${token.reveal()}`, 'user-agent': 'ehr-delivery' },
  });
  const place = { owner, repo };
  const fields = {
    tag_name: release.tag,
    name: release.tag,
    body: release.body,
    prerelease: release.prerelease,
    make_latest: release.latest ? ('true' as const) : ('false' as const),
  };
  try {
    const there = await find();
    const found = there ?? (await create());
    if (there !== null)
      await call('PATCH /repos/{owner}/{repo}/releases/{release_id}', {
        ...place,
        release_id: there.id,
        ...fields,
      });
    for (const [name, content] of Object.entries(release.assets)) await attach(found, name, content);
    return { url: found.html_url, created: there === null };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    // Only status and sentence: the request holds the token.
    throw toolError(
      'GITHUB_REFUSED',
      `GitHub answered ${error.status} about the release ${release.tag}: ${error.message}`,
    );
  }

  async function find(): Promise<Found | null> {
    try {
      return (await call('GET /repos/{owner}/{repo}/releases/tags/{tag}', { ...place, tag: release.tag }))
        .data;
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return null;
      throw error;
    }
  }

  async function create(): Promise<Found> {
    return (await call('POST /repos/{owner}/{repo}/releases', { ...place, ...fields })).data;
  }

  /** A file of that name that is there already is replaced: it may be half of one. */
  async function attach({ upload_url, assets }: Found, name: string, content: string): Promise<void> {
    const old = assets.find((asset) => asset.name === name);
    if (old !== undefined)
      await call('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', { ...place, asset_id: old.id });
    await call({
      method: 'POST',
      url: upload_url.replace(/\{.*\}$/, '?name={name}'),
      name,
      data: content,
      headers: { 'content-type': 'application/json' },
    });
  }
}
