import { execa } from 'execa';

/** Who builds, from what repository. */
export interface BuildOrigin {
  /** `https://host/owner/name`; null when the checkout has no such address. */
  readonly sourceUrl: string | null;
  /** The GitHub Actions run's address, or `local`. */
  readonly builderId: string;
  /** The attempt of that run, or `runId`. */
  readonly invocationId: string;
}

/** The run of GitHub Actions that this process belongs to; else `local`, with the remote `origin` of the checkout in `root`. */
export async function readBuildOrigin(
  root: string,
  runId: string,
  processEnv: Readonly<Record<string, string | undefined>>,
): Promise<BuildOrigin> {
  const { GITHUB_ACTIONS, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT } =
    processEnv;
  if (GITHUB_ACTIONS === 'true' && GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_RUN_ID) {
    const sourceUrl = `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`;
    const builderId = `${sourceUrl}/actions/runs/${GITHUB_RUN_ID}`;
    return { sourceUrl, builderId, invocationId: `${builderId}/attempts/${GITHUB_RUN_ATTEMPT ?? '1'}` };
  }
  const { stdout } = await execa('git', ['remote', 'get-url', 'origin'], {
    cwd: root,
    stdin: 'ignore',
    reject: false,
  });
  return { sourceUrl: webAddress(stdout ?? ''), builderId: 'local', invocationId: runId };
}

/** A remote as a web address without user, password or `.git`; null for a path or anything else. */
export function webAddress(remote: string): string | null {
  const [, host, path] =
    /^(?:https?:\/\/|ssh:\/\/)(?:[^@/]*@)?([\w.-]+)(?::\d+)?\/(.+?)(?:\.git)?\/?$/.exec(remote.trim()) ??
    /^[\w.-]+@([\w.-]+):(.+?)(?:\.git)?\/?$/.exec(remote.trim()) ??
    [];
  return host === undefined || path === undefined ? null : `https://${host}/${path}`;
}
