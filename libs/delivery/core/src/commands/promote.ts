import { candidateVerified, type Origin } from '../plan/find-candidate.ts';
import { planRollout } from '../plan/plan-rollout.ts';
import { orderAfter, readEnvironment } from '../plan/read-snapshot.ts';
import { environmentTags } from '../plan/tag-policy.ts';
import { type RolloutPorts, type RolloutRequest, type RolloutResult, runRollout } from './run-rollout.ts';

/** `origin` is the environment that is promoted from: its public address, and none of its secrets. */
export type PromotePorts = RolloutPorts & { readonly origin: Origin };

/**
 * Rolls out the very digest that another environment was verified to run last and says that it runs: nothing is built,
 * no layer moves.
 * @throws DeliveryError only before the first step; later failures are in the report.
 */
export function promote(request: RolloutRequest, ports: PromotePorts): Promise<RolloutResult> {
  const { service, environment } = request;
  const { origin, source } = ports;
  const wish = { ...request, kind: 'promotion', reason: `promotion from ${origin.environment}` } as const;
  const tags = environmentTags(environment).map(({ tag }) => tag);
  const decide = async () => {
    const candidate = await candidateVerified(service, environment, origin, ports);
    const snapshot = await readEnvironment(service, environment, tags, ports);
    return planRollout(wish, candidate, await orderAfter(candidate, snapshot, source), snapshot);
  };
  return runRollout(request, { decide }, ports);
}
