import type { DeliveryErrorCode } from '../errors/catalog.ts';
import { hasCode } from '../errors/delivery-error.ts';
import type { DeliveryError } from '../errors/delivery-error.ts';

const UNSURE: readonly DeliveryErrorCode[] = [
  'DOKPLOY_DEPLOY_FAILED',
  'DOKPLOY_DEPLOY_CANCELLED',
  'DOKPLOY_RECORD_VANISHED',
  'DOKPLOY_TIMEOUT',
  'DOKPLOY_THROTTLED',
  'DOKPLOY_UNREACHABLE',
  'DOKPLOY_UNAUTHORIZED',
  'DOKPLOY_REFUSED',
];

/** Whether a rollout's ending leaves open what the service runs: then the service itself is asked. */
export function isUnsure(error: unknown): error is DeliveryError {
  return hasCode(error, ...UNSURE);
}
