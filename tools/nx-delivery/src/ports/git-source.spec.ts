import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGitSource, isAncestor, readRemote } from './git-source.ts';

/** A remote with two commits on `main`, one on `side`, a light and an annotated tag; a clone of it, and a shallow one. */
let directory: string;
let clone: string;
let shallow: string;
const commits: Record<string, string> = {};

const git = async (cwd: string, ...args: string[]) => {
  const name = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  return (await execa('git', [...name, ...args], { cwd })).stdout.trim();
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ehr-git-'));
  const origin = join(directory, 'origin');
  clone = join(directory, 'clone');
  shallow = join(directory, 'shallow');
  await git(directory, 'init', '--quiet', '--initial-branch=main', origin);
  const commit = async (name: string) => {
    await git(origin, 'commit', '--quiet', '--allow-empty', '--message', name);
    commits[name] = await git(origin, 'rev-parse', 'HEAD');
  };
  await commit('first');
  await git(origin, 'tag', 'light');
  await git(origin, 'tag', '--annotate', 'annotated', '--message', 'x');
  await commit('second');
  await git(origin, 'switch', '--quiet', '--create', 'side', commits['first'] ?? '');
  await commit('side');
  await git(origin, 'switch', '--quiet', 'main');
  await git(directory, 'clone', '--quiet', origin, clone);
  await git(directory, 'clone', '--quiet', '--depth=1', '--no-single-branch', `file://${origin}`, shallow);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe('a commit', () => {
  it('is told with its first line, and none that is not known here', async () => {
    const source = createGitSource('ehr-api', { root: clone } as ExecutorContext);
    const revision = commits['second'] ?? '';
    expect(await source.commit(revision.slice(0, 7))).toEqual({ revision, subject: 'second' });
    expect(await source.commit('f'.repeat(40))).toBeNull();
    expect(await source.commit('--all')).toBeNull();
  });
});

describe('isAncestor', () => {
  it.each([
    ['first', 'second', true],
    ['second', 'second', true],
    ['second', 'first', false],
    ['second', 'side', false],
  ])('of %s and %s is %s', async (older, newer, expected) => {
    expect(await isAncestor(clone, commits[older] ?? '', commits[newer] ?? '')).toBe(expected);
  });

  it('is unknown for a commit that is not here, for no commit at all, and where the history is cut off', async () => {
    const { second = '', side = '' } = commits;
    expect(await isAncestor(clone, 'a'.repeat(40), second)).toBeNull();
    expect(await isAncestor(clone, 'unknown', second)).toBeNull();
    expect(await isAncestor(shallow, second, side)).toBeNull();
    expect(await isAncestor(shallow, second, second)).toBe(true);
  });
});

describe('readRemote', () => {
  it.each([
    ['refs/heads/main', 'second'],
    ['refs/tags/light', 'first'],
    ['refs/tags/annotated^{}', 'first'],
  ])('gives the commit of %s', async (name, commit) => {
    expect(await readRemote(clone, name)).toBe(commits[commit]);
  });

  it.each([
    ['refs/heads/main', 'second'],
    ['refs/heads/side', 'side'],
    ['refs/tags/annotated^{}', 'first'],
  ])(
    'gives in a job of GitHub Actions what was fetched as %s, when the remote asks for a password',
    async (name, commit) => {
      const closed = join(directory, 'closed');
      await git(directory, 'clone', '--quiet', join(directory, 'origin'), closed);
      await git(closed, 'remote', 'set-url', 'origin', join(directory, 'nobody'));
      expect(await readRemote(closed, name, true)).toBe(commits[commit]);
      expect(await readRemote(closed, 'refs/heads/nobody', true)).toBeNull();
      expect(await readRemote(closed, name, false)).toBeNull();
      await rm(closed, { recursive: true });
    },
  );

  it('gives nothing for a name that is not there, and without a remote', async () => {
    expect(await readRemote(clone, 'refs/heads/nobody')).toBeNull();
    expect(await readRemote(clone, 'refs/tags/light^{}')).toBeNull();
    expect(await readRemote(join(directory, 'origin'), 'refs/heads/main')).toBeNull();
  });
});
