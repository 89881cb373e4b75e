import type { DeployOptions, RolloutRequest } from '@ehr/delivery-core';

/** What a promotion and a rollback ask for alike, out of the checked options. */
export function rolloutRequest(
  kind: RolloutRequest['kind'],
  reason: string,
  options: DeployOptions,
): RolloutRequest {
  const { service, environment, probes, unblock, unfreeze } = options;
  return { kind, service, environment, reason, probes, overrides: { unblock, unfreeze } };
}
