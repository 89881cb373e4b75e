import { type DescribedError, describeError } from '../errors/delivery-error.ts';
import { exitStatus, type Verdict } from '../errors/verdict.ts';
import { formatReference } from '../image/reference.ts';
import { pinOf, type Plan, type StepKind } from '../plan/plan.ts';
import type { Publication } from './publish.ts';
import type { Outcome, Rollout } from './rollout-result.ts';
import type { StepEvent, StepOutcome } from './step-event.ts';

/** How a rollout ended; what `--json` prints. */
export interface Report {
  readonly service: string;
  readonly environment: string;
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** The exit status that tells this verdict from the others. */
  readonly exit: number;
  /** As it is pinned; null when there is none. */
  readonly image: string | null;
  readonly fingerprint: string;
  /** The commit the service was rolled out with. */
  readonly revision: string;
  readonly url: string | null;
  /** What is not as it should be all the same, or what superseded it; for people. */
  readonly warnings: readonly string[];
  /** What runs instead of a superseded rollout; null for any other. */
  readonly supersededBy: { readonly revision: string; readonly version: string } | null;
  /** Of layers and configs. */
  readonly sentBytes: number;
  readonly milliseconds: number;
  readonly steps: readonly {
    readonly kind: StepKind;
    readonly outcome: StepOutcome;
    readonly message: string;
    readonly milliseconds: number;
  }[];
  readonly error: DescribedError | null;
}

/** Puts together what publishing and rolling out told; `milliseconds` from the decision to the end. */
export function createReport(
  plan: Plan,
  { digest, sentBytes }: Publication,
  { outcome, verdict, healthUrl, warnings, supersededBy, error }: Rollout,
  events: readonly StepEvent[],
  milliseconds: number,
): Report {
  return {
    service: plan.service,
    environment: plan.environment,
    outcome,
    verdict,
    exit: exitStatus(verdict),
    image: digest === null ? null : formatReference(pinOf(plan, digest).image),
    fingerprint: plan.fingerprint,
    // An image that ran already was not restarted for a new commit of the same content.
    revision: outcome === 'unchanged' ? (plan.previous?.revision ?? plan.revision) : plan.revision,
    url: healthUrl,
    warnings,
    supersededBy,
    sentBytes,
    milliseconds,
    steps: events.flatMap((event) => {
      if (event.type !== 'end') return [];
      const { kind, outcome: how, message, milliseconds: took } = event;
      return [{ kind, outcome: how, message, milliseconds: took }];
    }),
    error: error === null ? null : describeError(error),
  };
}
