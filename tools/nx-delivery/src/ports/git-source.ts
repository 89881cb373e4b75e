import { join } from 'node:path';
import { type Commit, coreError, type SourceReader } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
import { baseImageOf } from '../fingerprint/base-image-of.ts';
import { fingerprintOf } from '../fingerprint/fingerprint-of.ts';

/** The `SourceReader` port over Git and the Nx graph. */
export function createGitSource(service: string, { root, projectGraph }: ExecutorContext): SourceReader {
  const git = async (...args: string[]) =>
    (await execa('git', args, { cwd: root, stdin: 'ignore' })).stdout.trim();
  return {
    source: async () => {
      try {
        const [revision, branch, changes] = await Promise.all([
          git('rev-parse', 'HEAD'),
          git('branch', '--show-current'),
          git('status', '--porcelain'),
        ]);
        return { revision, branch: branch === '' ? branchOfRun(process.env) : branch, dirty: changes !== '' };
      } catch (cause) {
        throw coreError('SOURCE_UNREADABLE', 'Git cannot say which revision this is.', { cause });
      }
    },
    commits: async (from, to) => {
      if (![from, to].every(isRevision)) return null;
      // Null, too: a shallow clone, a rewritten branch, a service that names no revision.
      return readCommits(root, `${from}..${to}`);
    },
    commit: async (revision) =>
      isRevision(revision) ? ((await readCommits(root, `${revision}^!`))?.[0] ?? null) : null,
    fingerprint: () => fingerprintOf(service, projectGraph, root, process.env),
    base: async () =>
      (await baseImageOf(join(root, projectGraph.nodes[service]?.data.root ?? ''), process.env)).reference,
    isAncestor: (older, newer) => isAncestor(root, older, newer),
    tip: (branch) => readRemote(root, `refs/heads/${branch}`),
    // An annotated tag is an object of its own; `^{}` is the commit it is about.
    tagged: async (tag) =>
      (await readRemote(root, `refs/tags/${tag}^{}`)) ?? readRemote(root, `refs/tags/${tag}`),
  };
}

/** Whether `newer` is `older` or was made on top of it; null when the checkout, a shallow one for example, cannot tell. */
export async function isAncestor(root: string, older: string, newer: string): Promise<boolean | null> {
  if (![older, newer].every(isRevision)) return null;
  const { exitCode } = await tryGit(root, 'merge-base', '--is-ancestor', older, newer);
  if (exitCode === 0) return true;
  if (exitCode !== 1) return null;
  // Where the history was cut off, the way from one to the other may lie in what is not here.
  return (await tryGit(root, 'rev-parse', '--is-shallow-repository')).stdout === 'false' ? false : null;
}

/**
 * The commit that a name has on the remote `origin`; null when there is none, or the remote does not answer. A job of
 * GitHub Actions has no credentials for a private remote once it is checked out (`persist-credentials: false`): there
 * counts what the checkout fetched when the job began, which is every branch and tag (`fetch-depth: 0`).
 */
export async function readRemote(
  root: string,
  name: string,
  isActions = process.env['GITHUB_ACTIONS'] === 'true',
): Promise<string | null> {
  const { exitCode, stdout } = await execa('git', ['ls-remote', '--exit-code', 'origin', name], {
    cwd: root,
    stdin: 'ignore',
    reject: false,
    // Nobody is there to be asked for a password.
    env: { GIT_TERMINAL_PROMPT: '0' },
    timeout: 15_000,
  });
  if (exitCode !== 0) return isActions && exitCode !== NO_SUCH_NAME ? readFetched(root, name) : null;
  // A pattern also finds `refs/heads/other/refs/heads/main`.
  const lines = stdout.split('\n').map((line) => line.split('\t'));
  return lines.find(([, found]) => found === name)?.[0] ?? null;
}

/** What `git ls-remote --exit-code` says of a name that the remote does not have. */
const NO_SUCH_NAME = 2;

async function readFetched(root: string, name: string): Promise<string | null> {
  const local = name.replace(/^refs\/heads\//, 'refs/remotes/origin/');
  const { exitCode, stdout } = await tryGit(root, 'rev-parse', '--verify', '--quiet', local);
  return exitCode === 0 ? stdout.trim() : null;
}

/** GitHub Actions checks out a commit, not a branch, and names the branch in the environment. */
function branchOfRun({ GITHUB_REF_TYPE, GITHUB_REF_NAME }: NodeJS.ProcessEnv): string | null {
  return GITHUB_REF_TYPE === 'branch' ? (GITHUB_REF_NAME ?? null) : null;
}

/** The commits of a range, newest first; null when this checkout does not know it. The range must not come from outside. */
export async function readCommits(root: string, range: string): Promise<readonly Commit[] | null> {
  const log = await tryGit(root, 'log', '--format=%H %s', range, '--');
  if (log.exitCode !== 0) return null;
  const lines = log.stdout.split('\n').filter(Boolean);
  return lines.map((line) => ({ revision: line.slice(0, 40), subject: line.slice(41) }));
}

/** The text of a file at a commit; empty when it has none, null when this checkout does not know the commit. */
export async function readFileAt(root: string, revision: string, file: string): Promise<string | null> {
  if (!isRevision(revision)) return null;
  if ((await tryGit(root, 'cat-file', '-e', `${revision}^{commit}`)).exitCode !== 0) return null;
  const { exitCode, stdout } = await tryGit(root, 'show', `${revision}:${file}`);
  return exitCode === 0 ? stdout : '';
}

/** Files under `directory` that `to` has and `from` has not, or has otherwise; null when this checkout cannot tell. */
export async function readChangedFiles(
  root: string,
  from: string,
  to: string,
  directory: string,
): Promise<readonly string[] | null> {
  if (![from, to].every(isRevision)) return null;
  const range = `${from}..${to}`;
  const { exitCode, stdout } = await tryGit(
    root,
    'diff',
    '--name-only',
    '--diff-filter=AM',
    range,
    '--',
    directory,
  );
  return exitCode === 0 ? stdout.split('\n').filter(Boolean) : null;
}

/** A commit's name, and nothing that Git would read as an option or a range. */
function isRevision(text: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(text);
}

/** Runs Git; its exit status is an answer. */
function tryGit(root: string, ...args: string[]) {
  return execa('git', args, { cwd: root, stdin: 'ignore', reject: false });
}
