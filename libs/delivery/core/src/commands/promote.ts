import type { Environment } from '../environments.ts';
import { candidateRunning } from '../plan/find-candidate.ts';
import { planRollout } from '../plan/plan-rollout.ts';
import { readEnvironment } from '../plan/read-snapshot.ts';
import type { EnvironmentPorts } from '../ports.ts';
import { runRollout, type RolloutPorts, type RolloutRequest, type RolloutResult } from './run-rollout.ts';

/** What a promotion is asked for. */
export interface PromoteRequest extends RolloutRequest {
  /** The environment whose image becomes this one's. */
  readonly from: Environment;
}

/** `origin` are the ports of the environment that is promoted from. */
export type PromotePorts = RolloutPorts & { readonly origin: EnvironmentPorts };

/**
 * Rolls out the very digest that another environment is verified to run: nothing is built, no layer moves.
 * @throws DeliveryError only before the first step; later failures are in the report.
 */
export function promote(request: PromoteRequest, ports: PromotePorts): Promise<RolloutResult> {
  const { service, environment, from } = request;
  const wish = { ...request, kind: 'promotion', reason: `promotion from ${from}` } as const;
  const decide = async () => {
    const origin = await readEnvironment(service, from, [], ports.origin);
    const candidate = await candidateRunning(from, origin, ports.registry);
    return planRollout(wish, candidate, await readEnvironment(service, environment, [environment], ports));
  };
  return runRollout(request, { decide }, ports);
}
