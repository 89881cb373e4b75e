import { verdictOfThrown } from '../errors/delivery-error.ts';
import type { Verdict } from '../errors/verdict.ts';
import type { Plan, Superseding } from '../plan/plan.ts';
import { named } from '../plan/refusals.ts';
import type { Overtaken } from './pin-state.ts';

/**
 * `deployed`: it runs now · `unchanged`: it ran already · `superseded`: something newer runs, and stays · `refused`:
 * what ran before runs untouched · `rolled-back`: it was put back · `failed`.
 */
export type Outcome = 'deployed' | 'unchanged' | 'superseded' | 'refused' | 'rolled-back' | 'failed';

/** How a rollout ended. */
export interface Rollout {
  readonly outcome: Outcome;
  readonly verdict: Verdict;
  /** Where the service answers; null when that is not known. */
  readonly healthUrl: string | null;
  /** What is not as it should be although the service is verified, for people. */
  readonly warnings: readonly string[];
  /** What runs instead, where the rollout was superseded. */
  readonly supersededBy: Superseding | null;
  /** Null when nothing failed. */
  readonly error: unknown;
}

/** A run that ended before anything was rolled out. */
export function refused(error: unknown): Rollout {
  return ended('refused', verdictOfThrown(error), error);
}

/** A rollout of which no more is known than how it ended. */
export function ended(outcome: Outcome, verdict: Verdict, error: unknown): Rollout {
  return { outcome, verdict, healthUrl: null, warnings: [], supersededBy: null, error };
}

/** What is newer stays. @throws Overtaken again, by nothing newer */
export function givenWay(error: Overtaken): Rollout {
  if (error.by === null) throw error;
  return { ...ended('superseded', 'superseded', null), supersededBy: error.by, warnings: [error.message] };
}

/** Nothing was rolled out, for what runs is newer. */
export function supersededRollout({ environment }: Plan, by: Superseding): Rollout {
  const message = `${environment} runs ${named(by)}, which is newer; nothing was rolled out.`;
  return { ...ended('superseded', 'superseded', null), supersededBy: by, warnings: [message] };
}
