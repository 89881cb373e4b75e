import { buildPlanned, publish } from '../apply/publish.ts';
import { type DeployWish, planDeploy } from '../plan/plan-deploy.ts';
import { readSnapshot } from '../plan/read-snapshot.ts';
import type { Ports } from '../ports.ts';
import {
  type Reporter,
  type RolloutRequest,
  type RolloutResult,
  runRollout,
  type Work,
} from './run-rollout.ts';

/** What a deploy is asked for. */
export type DeployRequest = RolloutRequest & DeployWish;

/** What a deploy needs of the world. */
export type DeployPorts = Ports & { readonly reporter: Reporter };

/**
 * Ships this checkout's content to an environment and verifies that it runs there.
 * @throws DeliveryError only before the first step; later failures are in the report.
 */
export function deploy(request: DeployRequest, ports: DeployPorts): Promise<RolloutResult> {
  const work: Work = {
    decide: async () => planDeploy(request, await readSnapshot(request, ports)),
    build: (plan) => buildPlanned(plan, ports),
    publish: (plan, reviewed, steps) => publish(plan, reviewed, steps, ports),
  };
  return runRollout(request, work, ports);
}
