import { coreError, type Commit, type SourceReader } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
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
      if (![from, to].every((revision) => /^[0-9a-f]{7,40}$/.test(revision))) return null;
      // Null, too: a shallow clone, a rewritten branch, a service that names no revision.
      return readCommits(root, `${from}..${to}`);
    },
    fingerprint: () => fingerprintOf(service, projectGraph, root, process.env),
  };
}

/** GitHub Actions checks out a commit, not a branch, and names the branch in the environment. */
function branchOfRun({ GITHUB_REF_TYPE, GITHUB_REF_NAME }: NodeJS.ProcessEnv): string | null {
  return GITHUB_REF_TYPE === 'branch' ? (GITHUB_REF_NAME ?? null) : null;
}

/** The commits of a range, newest first; null when this checkout does not know it. The range must not come from outside. */
export async function readCommits(root: string, range: string): Promise<readonly Commit[] | null> {
  const log = await execa('git', ['log', '--format=%H %s', range, '--'], {
    cwd: root,
    stdin: 'ignore',
    reject: false,
  });
  if (log.exitCode !== 0) return null;
  const lines = log.stdout.split('\n').filter(Boolean);
  return lines.map((line) => ({ revision: line.slice(0, 40), subject: line.slice(41) }));
}
