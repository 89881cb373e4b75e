import type { PinnedReference } from '@ehr/delivery-core';
import type { PinnedService } from './pinned-service.ts';
import type { Timing } from './timing.ts';

/** What following a deploy needs. */
export interface SettleOptions {
  readonly service: PinnedService;
  /** Of the deploy's description. */
  readonly marker: string;
  /** As it was pinned. */
  readonly image: PinnedReference;
  /** Ids of the containers that ran before the trigger. */
  readonly containersBefore: readonly string[];
  /** A time of the clock, in milliseconds. */
  readonly deadline: number;
  readonly timing: Timing;
  readonly onProgress: (message: string) => void;
}
