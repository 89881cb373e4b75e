import type { Digest } from '../image/digest.ts';
import { DeliveryError, hasCode } from '../errors/delivery-error.ts';
import type { Ports } from '../ports.ts';
import type { VerificationRules } from '../verify/verify-running.ts';
import { journalEntry } from '../journal/journal-entry.ts';
import type { DeployPlan, PlannedStep, StepKind } from '../plan/plan.ts';
import { restoreTags, rollBack } from './undo.ts';
import { createStepActions } from './step-actions.ts';
import type { StepState } from './step-actions.ts';

export type StepOutcome = 'done' | 'skipped' | 'failed' | 'not-run';

export type StepEvent =
  | { readonly type: 'start'; readonly kind: StepKind }
  | { readonly type: 'progress'; readonly kind: StepKind; readonly text: string }
  | {
      readonly type: 'end';
      readonly kind: StepKind;
      readonly outcome: StepOutcome;
      readonly text: string;
      readonly milliseconds: number;
    }
  | { readonly type: 'undo'; readonly text: string };

export interface ApplyResult {
  readonly digest: Digest | null;
  /** Where the service answers, once known. */
  readonly healthUrl: string | null;
  /** Of blobs: layers and configs. */
  readonly sentBytes: number;
  readonly rolledBack: boolean;
  /** What the platform complained of although the service verified itself; null when it did not. */
  readonly doubt: DeliveryError | null;
  readonly error: unknown;
}

/** Failures that are the image's fault if the previous version does well in the same place. */
const FAULTS_BY_COMPARISON = ['ROLLOUT_FAILED', 'SERVICE_UNREACHABLE'];

/** Runs the steps in order; the first that fails ends it, and after the trigger the previous release is put back. */
export async function applyPlan(
  plan: DeployPlan,
  rules: VerificationRules,
  ports: Ports,
  emit: (event: StepEvent) => void,
): Promise<ApplyResult> {
  const state: StepState = {
    layout: null,
    digest: plan.digest,
    built: null,
    healthUrl: null,
    sentBytes: 0,
    doubt: null,
  };
  const actions = createStepActions(plan, rules, ports, state, emit);
  const result = (error: unknown, rolledBack = false): ApplyResult => ({
    digest: state.digest,
    healthUrl: state.healthUrl,
    sentBytes: state.sentBytes,
    rolledBack,
    doubt: state.doubt,
    error,
  });
  let triggered = false;
  for (const [position, step] of plan.steps.entries()) {
    try {
      triggered ||= step.kind === 'trigger-rollout' && step.skip === null;
      await runStep(step, actions[step.kind], ports, emit);
    } catch (error) {
      for (const { kind } of plan.steps.slice(position + 1)) {
        emit({ type: 'end', kind, outcome: 'not-run', text: '', milliseconds: 0 });
      }
      if (!triggered || step.kind === 'record-release') return result(error);
      if (step.kind === 'trigger-rollout' && refusedUntouched(error)) {
        await restoreTags(plan, ports).catch(() => undefined); // The refusal is what matters; `status` shows the drift.
        return result(error);
      }
      if (error instanceof DeliveryError && error.effect === 'image-fault')
        await block(error, plan, state, ports, emit);
      const [ending, rolledBack] = await rollBack(error, plan, rules, ports, emit);
      if (rolledBack && hasCode(error, ...FAULTS_BY_COMPARISON)) await block(error, plan, state, ports, emit);
      return result(ending, rolledBack);
    }
  }
  return result(null);
}

/** A trigger that was refused before it changed anything: there is nothing to roll back but the tags. */
export function refusedUntouched(error: unknown): boolean {
  return error instanceof DeliveryError && error.effect === 'none';
}

/** Remembers that the image failed. A registry that cannot be written to must not keep the service down. */
async function block(
  error: DeliveryError,
  plan: DeployPlan,
  state: StepState,
  ports: Ports,
  emit: (event: StepEvent) => void,
) {
  if (!plan.blocksOnFailure || state.digest === null) return;
  const reason = error.message.split('\n')[0] ?? error.code;
  try {
    await ports.registry.record(journalEntry(plan, 'blocked', state.digest, ports.clock.now(), reason));
    emit({ type: 'undo', text: 'the image is blocked: no path ships it again until it is unblocked' });
  } catch {
    emit({
      type: 'undo',
      text: 'the block on this image could not be recorded: the registry did not take it',
    });
  }
}

async function runStep(
  { kind, skip }: PlannedStep,
  action: () => Promise<string | undefined>,
  { clock }: Ports,
  emit: (event: StepEvent) => void,
): Promise<void> {
  if (skip !== null) return emit({ type: 'end', kind, outcome: 'skipped', text: skip, milliseconds: 0 });
  emit({ type: 'start', kind });
  const start = clock.now().getTime();
  const end = (outcome: StepOutcome, text: string) =>
    emit({ type: 'end', kind, outcome, text, milliseconds: clock.now().getTime() - start });
  try {
    end('done', (await action()) ?? '');
  } catch (error) {
    end('failed', error instanceof Error ? error.message : String(error));
    throw error;
  }
}
