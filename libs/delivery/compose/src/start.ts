import { DeliveryError } from '@ehr/delivery-core';
import type { DeliveryErrorCode } from '@ehr/delivery-core';
import type { Compose } from './compose.ts';

/** Starts the service alone; an engine that cannot even start its process (`code`) is the image's fault, not the target's. */
export async function start(compose: Compose, service: string, code: DeliveryErrorCode): Promise<void> {
  try {
    await compose.run('up', '--detach', '--no-deps', '--pull', 'never', service);
  } catch (error) {
    if (!(error instanceof DeliveryError) || error.code !== 'TARGET_UNAVAILABLE') throw error;
    throw new DeliveryError(code, error.message);
  }
}
