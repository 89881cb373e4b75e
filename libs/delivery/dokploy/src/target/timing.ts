import type { Clock } from '@ehr/delivery-core';

/** How the target waits. */
export interface Timing {
  readonly clock: Clock;
  /** Between two inspections of Dokploy; milliseconds. */
  readonly pollMs: number;
  /** How long a deploy may be neither waiting nor recorded before it counts as lost; milliseconds. */
  readonly graceMs: number;
}
