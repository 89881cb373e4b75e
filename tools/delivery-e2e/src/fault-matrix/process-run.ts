import { randomBytes } from 'node:crypto';
import type { Run } from '@ehr/delivery-core';

/** A run of the matrix: its lock is believed for a moment only, so that the one after a killed run soon begins. */
export function processRun(): Run {
  return {
    id: randomBytes(6).toString('hex'),
    address: null,
    lockLifeMs: 500,
    onInterrupt: () => () => undefined,
  };
}
