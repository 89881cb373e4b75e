import { Secret } from '@ehr/delivery-core';
import { type FakeGithub, startFakeGithub } from '@ehr/testing-fakes';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { publishRelease } from './publish-release.ts';

let github: FakeGithub;
beforeEach(async () => {
  github = await startFakeGithub();
});
afterEach(() => github.stop());

const release = {
  tag: 'v1.2.3',
  body: 'notes',
  prerelease: false,
  latest: true,
  assets: { 'sbom.json': '{"a":1}' },
};
const publish = (changes: Partial<typeof release> = {}, token = github.token) =>
  publishRelease(
    { apiUrl: github.url, owner: 'acme', repo: 'ehr-connect', token: new Secret(token) },
    { ...release, ...changes },
  );

it('creates the release once, with its files', async () => {
  expect(await publish()).toEqual({
    url: `${github.url}/acme/ehr-connect/releases/tag/v1.2.3`,
    created: true,
  });
  expect(github.releases).toMatchObject([
    { tag_name: 'v1.2.3', body: 'notes', prerelease: false, make_latest: 'true' },
  ]);
  expect(github.releases[0]?.assets).toMatchObject([{ name: 'sbom.json', content: '{"a":1}' }]);
});

it('completes the one that is there: a second run ends in the same state', async () => {
  await publish();
  expect(await publish({ body: 'better notes', assets: { 'sbom.json': '{"a":2}' } })).toMatchObject({
    created: false,
  });
  expect(github.releases).toHaveLength(1);
  expect(github.releases[0]).toMatchObject({ body: 'better notes', assets: [{ content: '{"a":2}' }] });
});

it('marks a prerelease, and an older version as not the latest', async () => {
  await publish({ tag: 'v2.0.0-rc.1', prerelease: true, latest: false });
  expect(github.releases[0]).toMatchObject({ prerelease: true, make_latest: 'false' });
});

it('says what GitHub refused, and not the token', async () => {
  const refused = publish({}, 'canary-wrong-token');
  await expect(refused).rejects.toMatchObject({ code: 'GITHUB_REFUSED' });
  await expect(refused).rejects.toThrow('GitHub answered 401 about the release v1.2.3');
  await refused.catch((error: unknown) => expect(JSON.stringify(error)).not.toContain('canary'));
});

it('says that a text is longer than GitHub takes', async () => {
  await expect(publish({ body: 'a'.repeat(125_001) })).rejects.toThrow('body is too long (maximum is 125000');
  expect(github.releases).toEqual([]);
});
