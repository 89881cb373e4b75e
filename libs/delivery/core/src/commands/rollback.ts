import { candidateNamed } from '../plan/find-candidate.ts';
import { planRollout } from '../plan/plan-rollout.ts';
import { readEnvironment } from '../plan/read-snapshot.ts';
import { environmentTags } from '../plan/tag-policy.ts';
import { type RolloutPorts, type RolloutRequest, type RolloutResult, runRollout } from './run-rollout.ts';

/** What a rollback is asked for. */
export interface RollbackRequest extends RolloutRequest {
  /** A version, a commit, a tag or a digest; null for the previous release. */
  readonly to: string | null;
}

/**
 * Puts an earlier release back and freezes the environment: needs the registry and the environment, and neither a
 * build nor the sources' history.
 * @throws DeliveryError only before the first step; later failures are in the report.
 */
export function rollback(request: RollbackRequest, ports: RolloutPorts): Promise<RolloutResult> {
  const { service, environment, to } = request;
  const reason = to === null ? 'rollback to the previous release' : `rollback to ${to}`;
  const wish = { ...request, kind: 'rollback', reason } as const;
  const decide = async () => {
    const tags = environmentTags(environment).map(({ tag }) => tag);
    const snapshot = await readEnvironment(service, environment, tags, ports);
    // Going back is what is asked for: no order is looked for.
    const candidate = await candidateNamed(to, environment, snapshot, ports);
    return planRollout(wish, candidate, { order: 'newer', than: null }, snapshot);
  };
  return runRollout(request, { decide }, ports);
}
