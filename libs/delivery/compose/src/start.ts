import { coreError, hasCode } from '@ehr/delivery-core';
import type { Compose } from './compose.ts';

/** Starts the service alone; an engine that cannot even start its process (`code`) is the image's fault, not the target's. */
export async function start(
  compose: Compose,
  service: string,
  code: 'ROLLOUT_FAILED' | 'SMOKE_TEST_FAILED',
): Promise<void> {
  try {
    await compose.run('up', '--detach', '--no-deps', '--pull', 'never', service);
  } catch (error) {
    if (!hasCode(error, 'TARGET_UNAVAILABLE')) throw error;
    throw coreError(code, error.message);
  }
}
