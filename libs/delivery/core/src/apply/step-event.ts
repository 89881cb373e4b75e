import type { StepKind } from '../plan/plan.ts';

/** How a step ended; `doubtful`: it went wrong, and a later one decides; `not-run`: an earlier one failed. */
export type StepOutcome = 'done' | 'doubtful' | 'skipped' | 'failed' | 'not-run';

/** What a run tells while it works; `undo` is told of putting the previous version back. */
export type StepEvent =
  | { readonly type: 'start'; readonly kind: StepKind }
  | { readonly type: 'progress'; readonly kind: StepKind; readonly message: string }
  | {
      readonly type: 'end';
      readonly kind: StepKind;
      readonly outcome: StepOutcome;
      readonly message: string;
      readonly milliseconds: number;
    }
  | { readonly type: 'undo'; readonly message: string };
