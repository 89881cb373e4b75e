import { describe, expect, it } from 'vitest';
import { isLatest, previousVersion, renderReleaseNotes } from './release-on-github.ts';

describe('previousVersion', () => {
  it.each([
    ['v1.0.0', [], null],
    ['v1.0.0', ['v1.0.0'], null],
    ['v1.1.0', ['v1.0.0', 'v0.9.0', 'v1.1.0'], 'v1.0.0'],
    ['v1.0.1', ['v1.0.0', 'v1.1.0', 'v1.0.1'], 'v1.0.0'],
    ['v1.1.0', ['v1.0.0', 'v1.1.0-rc.1', 'v1.1.0-rc.2'], 'v1.0.0'],
    ['v1.1.0-rc.2', ['v1.0.0', 'v1.1.0-rc.1', 'v1.1.0-rc.2'], 'v1.1.0-rc.1'],
    ['v1.10.0', ['v1.9.0', 'v1.2.0', 'nightly', 'v1.x'], 'v1.9.0'],
  ])('of %s among %j is %s', (tag, tags, previous) => {
    expect(previousVersion(tag, tags)).toBe(previous);
  });
});

describe('isLatest', () => {
  it.each([
    ['v1.1.0', ['v1.0.0'], true],
    ['v1.0.9', ['v1.1.0'], false],
    ['v2.0.0-rc.1', ['v1.0.0'], false],
    ['v1.0.0', [], true],
  ])('%s beside %j: %s', (tag, tags, latest) => {
    expect(isLatest(tag, tags)).toBe(latest);
  });
});

describe('renderReleaseNotes', () => {
  const image = {
    service: 'ehr-api',
    repository: 'docker.io/acme/ehr-api',
    digest: 'sha256:abc',
    platforms: ['linux/amd64', 'linux/arm64'],
    isDeployed: true,
  };
  it('tells commits, images with digests, and the way back', () => {
    const notes = renderReleaseNotes(
      'v1.1.0',
      'v1.0.0',
      [{ revision: 'a'.repeat(40), subject: 'A thing' }],
      [image],
    );
    expect(notes).toContain('## What changed since v1.0.0');
    expect(notes).toContain('aaaaaaa A thing');
    expect(notes).toContain('`docker.io/acme/ehr-api:v1.1.0@sha256:abc` | linux/amd64, linux/arm64');
    expect(notes).toContain('rollback-to=v1.1.0');
  });

  it('says which images are not deployed', () => {
    const web = { ...image, service: 'ehr-web', isDeployed: false };
    expect(renderReleaseNotes('v1.0.1', null, [], [image, web])).toContain('**Not deployed**: ehr-web. ');
    expect(renderReleaseNotes('v1.0.1', null, [], [image])).not.toContain('Not deployed');
  });

  it('lists as many of 2,500 commits as GitHub takes, the newest, and counts the others', () => {
    const commits = Array.from({ length: 2_500 }, (_, index) => ({
      revision: String(index).padStart(7, '0').padEnd(40, '0'),
      subject: 'registry: a push falls back to one PUT',
    }));
    const notes = renderReleaseNotes('v1.0.0', null, commits, [image]);
    expect(notes.length).toBeLessThanOrEqual(125_000);
    const listed = notes.match(/a push falls back/g)?.length ?? 0;
    expect(listed).toBeGreaterThan(2_000);
    expect(notes).toContain(`… and ${2_500 - listed} more, which \`git log\` lists`);
    expect(notes).toContain('0000000 registry');
  });

  it('shortens a subject of 300,000 characters', () => {
    const subject = 'a'.repeat(300_000);
    const notes = renderReleaseNotes('v1.0.0', null, [{ revision: 'b'.repeat(40), subject }], []);
    expect(notes).toContain(`bbbbbbb ${'a'.repeat(200)}…`);
    expect(notes.length).toBeLessThan(1_000);
  });

  it('keeps a subject from closing the fence it stands in', () => {
    const subject = '````\n<img src=x>';
    const notes = renderReleaseNotes('v1.0.0', null, [{ revision: 'b'.repeat(40), subject }], []);
    expect(notes.match(/^````$/gm)).toHaveLength(2);
  });
});
