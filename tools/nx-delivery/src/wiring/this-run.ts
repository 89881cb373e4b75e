import type { Run } from '@ehr/delivery-core';
import type { ProcessEnv } from '../process-env.ts';
import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';

/** Who deploys, in words somebody else can act on: a GitHub Actions run's address, or user, machine and process. */
export function thisRun(processEnv: ProcessEnv): Run {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = processEnv;
  const here = `on ${hostname()} (process `;
  const name =
    GITHUB_RUN_ID === undefined
      ? `${userInfo().username} ${here}${process.pid})`
      : `${GITHUB_SERVER_URL ?? ''}/${GITHUB_REPOSITORY ?? ''}/actions/runs/${GITHUB_RUN_ID}`;
  return {
    id: randomBytes(6).toString('hex'),
    name,
    isGone: (other) => {
      // An earlier attempt of this very run of GitHub Actions: it is over, or there would be no second one.
      if (GITHUB_RUN_ID !== undefined) return other === name;
      const pid = other.includes(here) ? /\(process (\d+)\)$/.exec(other)?.[1] : undefined;
      return pid !== undefined && !isAlive(Number(pid));
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0); // Signal 0 only asks.
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
