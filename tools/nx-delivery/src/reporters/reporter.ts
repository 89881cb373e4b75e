import type { Report, Reporter as CoreReporter } from '@ehr/delivery-core';

/** Hears how a rollout goes, and tells how it ended. */
export interface Reporter extends CoreReporter {
  finish(report: Report): Promise<void>;
}
