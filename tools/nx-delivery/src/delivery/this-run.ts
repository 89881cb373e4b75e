import type { Holder } from '@ehr/delivery';
import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

/** Who deploys, in words somebody else can act on: a GitHub Actions run's address, or user, machine and process. */
export function thisRun(env: NodeJS.ProcessEnv): Holder {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env;
  const name =
    GITHUB_RUN_ID === undefined
      ? `${userInfo().username} on ${hostname()} (process ${process.pid})`
      : `${GITHUB_SERVER_URL ?? ''}/${GITHUB_REPOSITORY ?? ''}/actions/runs/${GITHUB_RUN_ID}`;
  return { id: randomBytes(6).toString('hex'), name };
}
