import { randomBytes } from 'node:crypto';
import { constants } from 'node:os';
import type { Run } from '@ehr/delivery-core';
import type { ProcessEnv } from '../process-env.ts';

/** How long a run that was killed keeps others out; milliseconds. A living one renews its lock three times as often. */
const LOCK_LIFE_MS = 60_000;

/** The ways in which a terminal, a CI server or an engine asks a process to end. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** This process as a run. It goes into the registry, which may be public: nobody's name, and no machine's. */
export function thisRun({ GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID }: ProcessEnv): Run {
  const address = `${GITHUB_SERVER_URL ?? 'https://github.com'}/${GITHUB_REPOSITORY ?? ''}/actions/runs/`;
  return {
    id: randomBytes(6).toString('hex'),
    address: GITHUB_RUN_ID === undefined ? null : `${address}${GITHUB_RUN_ID}`,
    lockLifeMs: LOCK_LIFE_MS,
    onInterrupt,
  };
}

/** Whoever listens to a signal has to end the process, too; a second signal ends it at once. */
function onInterrupt(end: () => Promise<void>): () => void {
  const listener = (signal: NodeJS.Signals) => {
    const exit = () => process.exit(128 + constants.signals[signal]);
    end().then(exit, exit);
  };
  for (const signal of SIGNALS) process.once(signal, listener);
  return () => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
}
