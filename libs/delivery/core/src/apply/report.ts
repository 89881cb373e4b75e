import { DeliveryError, reasonOf } from '../errors/delivery-error.ts';
import { refusedUntouched } from './apply-plan.ts';
import type { ApplyResult, StepEvent, StepOutcome } from './apply-plan.ts';
import type { DeployPlan, StepKind } from '../plan/plan.ts';
import { verdictCatalog } from '../errors/verdict.ts';
import type { Verdict } from '../errors/verdict.ts';

/** How a deploy ended; what `--json` prints. */
export interface DeployReport {
  readonly service: string;
  readonly environment: string;
  /** `deployed`: it runs now · `unchanged`: it ran already · `refused`: the old one runs untouched · `rolled-back` · `failed`. */
  readonly outcome: 'deployed' | 'unchanged' | 'refused' | 'rolled-back' | 'failed';
  readonly verdict: Verdict;
  /** The exit status that tells this verdict from the others. */
  readonly exit: number;
  readonly image: string | null;
  readonly fingerprint: string;
  /** The commit the service was rolled out with. */
  readonly revision: string;
  readonly url: string | null;
  /** Of layers and configs. */
  readonly sentBytes: number;
  readonly milliseconds: number;
  readonly steps: readonly { kind: StepKind; outcome: StepOutcome; text: string; milliseconds: number }[];
  readonly error: { code: string; message: string; hint: string } | null;
}

export function createReport(
  plan: DeployPlan,
  result: ApplyResult,
  events: readonly StepEvent[],
  milliseconds: number,
): DeployReport {
  const steps = events.filter((event) => event.type === 'end').map(({ type: _, ...step }) => step);
  const outcome = outcomeOf(result, steps);
  const verdict = verdictOf(result, outcome, steps);
  return {
    service: plan.service,
    environment: plan.environment,
    outcome,
    verdict,
    exit: verdictCatalog[verdict].exit,
    image: result.digest === null ? null : `${plan.repository}:${plan.environment}@${result.digest}`,
    fingerprint: plan.fingerprint,
    // An image that ran already was not restarted for a new commit of the same content.
    revision: outcome === 'unchanged' ? (plan.previous?.revision ?? plan.revision) : plan.revision,
    url: result.healthUrl,
    sentBytes: result.sentBytes,
    milliseconds,
    steps,
    error: result.error === null ? null : describeError(result.error),
  };
}

function verdictOf(
  { error, doubt }: ApplyResult,
  outcome: DeployReport['outcome'],
  steps: DeployReport['steps'],
): Verdict {
  if (error !== null) {
    const { code } = describeError(error);
    if (outcome === 'refused') return code === 'UNEXPECTED' ? 'defect' : 'refused';
    const unrecorded = steps.some(({ kind, outcome: how }) => kind === 'record-release' && how === 'failed');
    if (unrecorded) return 'unrecorded';
    return error instanceof DeliveryError ? error.verdict : 'defect';
  }
  if (doubt !== null)
    return doubt.verdict === 'platform-throttled'
      ? 'verified-platform-throttled'
      : 'verified-platform-failed';
  const verified = steps.some(({ kind, outcome: how }) => kind === 'verify-revision' && how === 'done');
  return verified ? 'verified' : 'published';
}

/** Any thrown value as code, sentence and hint. */
export function describeError(error: unknown): NonNullable<DeployReport['error']> {
  if (error instanceof DeliveryError) {
    const cause = error.cause === undefined ? '' : ` (${reasonOf(error.cause)})`;
    return { code: error.code, message: `${error.message}${cause}`, hint: error.hint };
  }
  return {
    code: 'UNEXPECTED',
    message: reasonOf(error),
    hint: 'This is a defect of the tool; please report it.',
  };
}

function outcomeOf(
  { error, rolledBack }: ApplyResult,
  steps: DeployReport['steps'],
): DeployReport['outcome'] {
  const was = (kind: StepKind, outcome: StepOutcome) =>
    steps.some((step) => step.kind === kind && step.outcome === outcome);
  if (error === null) return was('trigger-rollout', 'skipped') ? 'unchanged' : 'deployed';
  if (rolledBack) return 'rolled-back';
  // A trigger that failed without an undo was refused: nothing was rolled out.
  const untouched =
    was('trigger-rollout', 'not-run') || (was('trigger-rollout', 'failed') && refusedUntouched(error));
  return untouched ? 'refused' : 'failed';
}
