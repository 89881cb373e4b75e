import type { Plan, StepEvent, StepKind } from '@ehr/delivery-core';
import {
  Listr,
  PRESET_TIMER,
  type DefaultRenderer,
  type ListrTaskWrapper,
  type SimpleRenderer,
} from 'listr2';
import type { Reporter } from './reporter.ts';
import { renderReport } from './render-report.ts';

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** For people at a terminal: the steps as a list that moves while they run. */
export function createLiveReporter(print: (text: string) => void): Reporter {
  const steps = new Map<StepKind, LiveStep>();
  const later: string[] = [];
  let shown: Promise<unknown> = Promise.resolve();
  return {
    planned: (plan) => {
      for (const { kind } of plan.steps) steps.set(kind, new LiveStep());
      shown = listOf(plan, steps)
        .run()
        .catch(() => undefined); // The report says what failed.
    },
    event: (event) => {
      if (event.type === 'undo') later.push(`↩ ${event.message}`);
      else steps.get(event.kind)?.hear(event);
    },
    finish: async (report) => {
      await shown;
      for (const line of later) print(`${line}\n`);
      print(`\n${renderReport(report)}`);
    },
  };
}

function listOf(plan: Plan, steps: ReadonlyMap<StepKind, LiveStep>) {
  return new Listr(
    plan.steps.map(({ kind, title, skip }) => ({
      title,
      skip: skip !== null && `${title} (${skip})`,
      task: (_: unknown, task: Task) => steps.get(kind)?.show(task),
    })),
    {
      concurrent: false,
      rendererOptions: { timer: PRESET_TIMER, collapseSkips: true },
      registerSignalListeners: false,
    },
  );
}

/** Joins a step's events to the task that shows it; either may come first. */
class LiveStep {
  readonly #ended = Promise.withResolvers<void>();
  #task: Task | undefined;

  show(task: Task): Promise<void> {
    this.#task = task;
    return this.#ended.promise;
  }

  hear(event: Exclude<StepEvent, { type: 'undo' }>): void {
    if (event.type === 'progress' && this.#task) this.#task.output = event.message;
    if (event.type !== 'end') return;
    if (event.outcome === 'failed') return this.#ended.reject(new Error(event.message.split('\n')[0]));
    if (event.outcome === 'done' && event.message !== '' && this.#task)
      this.#task.title += `: ${event.message}`;
    this.#ended.resolve();
  }
}
