import { needsDeploy, readSnapshot } from '../../src/index.ts';
import type { DeployOptions, Ports } from '../../src/index.ts';
import { ancestry } from './history.ts';
import type { Commit, Service } from './history.ts';

/** What a rule may look at when it decides whether a run of CI deploys a service. */
export interface Question {
  readonly service: Service;
  readonly commit: Commit;
  readonly options: DeployOptions;
  readonly ports: Ports;
  /** Commits of the branch's successful runs, oldest first. */
  readonly successes: readonly Commit[];
}

export interface Rule {
  readonly name: string;
  deploys(question: Question): Promise<boolean>;
}

/** Ours: the environment is asked what it runs. */
export const asksTheEnvironment: Rule = {
  name: 'ask the environment',
  deploys: async ({ service, options, ports }) =>
    needsDeploy(await readSnapshot(options, ports), service).needed,
};

/**
 * Its rival: what changed since the last successful run whose commit the branch still has, as nx-set-shas finds it;
 * since HEAD~1 where there is none; everything for a first commit.
 */
export const sinceLastSuccess: Rule = {
  name: 'last successful run',
  deploys: async ({ service, commit, successes }) => {
    const line = ancestry(commit);
    const base = successes.findLast((one) => line.includes(one)) ?? commit.parent;
    return base === null || base.content[service] !== commit.content[service];
  },
};
