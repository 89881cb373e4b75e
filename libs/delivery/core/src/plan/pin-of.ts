import type { Digest } from '../image/digest.ts';
import type { Pin } from '../ports.ts';
import type { DeployPlan } from './plan.ts';

/** What the target is told to run: the environment's tag for people, the digest for the engine. */
export function pinOf({ repository, environment, revision, version }: DeployPlan, digest: Digest): Pin {
  return { image: `${repository}:${environment}@${digest}`, revision, version };
}
