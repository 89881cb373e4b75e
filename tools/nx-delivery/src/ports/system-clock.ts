import type { Clock } from '@ehr/delivery-core';
import { setTimeout as sleep } from 'node:timers/promises';

/** Real time. */
export const systemClock: Clock = {
  now: () => new Date(),
  sleep: async (milliseconds) => {
    await sleep(milliseconds);
  },
};
