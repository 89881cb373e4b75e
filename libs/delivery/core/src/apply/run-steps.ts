import type { Clock } from '../clock.ts';
import type { PlannedStep, StepKind } from '../plan/plan.ts';
import type { StepEvent } from './step-event.ts';

/** Hears what happens, as it happens. */
export type Emit = (event: StepEvent) => void;

/** Tells of progress in the step that runs. */
type OnProgress = (message: string) => void;

/** What a step gives: a value for those behind it, and a message about how it went. */
interface StepResult<T> {
  readonly value: T;
  readonly message: string;
  /** It did not go well, and a later step decides. */
  readonly isDoubtful?: boolean;
}

/** The planned steps, run one by one in the plan's order. */
export interface StepRunner {
  /** Runs the step and gives its value; undefined when the plan skips it or does not have it. */
  run<T>(kind: StepKind, action: (onProgress: OnProgress) => Promise<StepResult<T>>): Promise<T | undefined>;
  /** The same for a step that has no value for others; its message may be empty. */
  act(kind: StepKind, action: (onProgress: OnProgress) => Promise<string | void>): Promise<void>;
  /** Tells, once, that the steps that were not reached did not run. */
  finish(): void;
}

/** A runner of these steps; each can be run once. */
export function createStepRunner(steps: readonly PlannedStep[], clock: Clock, emit: Emit): StepRunner {
  const left = new Map(steps.map((step) => [step.kind, step]));
  const run: StepRunner['run'] = async (kind, action) => {
    const planned = left.get(kind);
    left.delete(kind);
    if (planned === undefined) return undefined;
    if (planned.skip !== null) {
      emit({ type: 'end', kind, outcome: 'skipped', message: planned.skip, milliseconds: 0 });
      return undefined;
    }
    emit({ type: 'start', kind });
    const start = clock.now().getTime();
    const end = (outcome: 'done' | 'doubtful' | 'failed', message: string) =>
      emit({ type: 'end', kind, outcome, message, milliseconds: clock.now().getTime() - start });
    try {
      const { value, message, isDoubtful } = await action((progress) =>
        emit({ type: 'progress', kind, message: progress }),
      );
      end(isDoubtful === true ? 'doubtful' : 'done', message);
      return value;
    } catch (error) {
      end('failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  };
  return {
    run,
    act: (kind, action) =>
      run(kind, async (onProgress) => ({ value: undefined, message: (await action(onProgress)) ?? '' })),
    finish: () => {
      for (const { kind, skip } of left.values()) {
        const outcome = skip === null ? 'not-run' : 'skipped';
        emit({ type: 'end', kind, outcome, message: skip ?? '', milliseconds: 0 });
      }
      left.clear();
    },
  };
}
