import {
  formatBytes,
  formatDuration,
  type Plan,
  type Report,
  type Reporter as CoreReporter,
  type StepEvent,
  type StepKind,
} from '@ehr/delivery-core';
import {
  type DefaultRenderer,
  Listr,
  type ListrTaskWrapper,
  PRESET_TIMER,
  type SimpleRenderer,
} from 'listr2';
import type { Wiring } from '../wiring/wiring.ts';

/** Hears how a rollout goes, and tells how it ended. */
export interface Reporter extends CoreReporter {
  finish(report: Report): Promise<void>;
}

/** A live task list on a terminal, plain lines elsewhere, one JSON document when asked. */
export function createReporter(json: boolean, { print, processEnv }: Wiring): Reporter {
  if (json) return createJsonReporter(print);
  return process.stdout.isTTY && processEnv['CI'] === undefined
    ? createLiveReporter(print)
    : createPlainReporter(print);
}

/** For machines: the report as one document, and nothing before it. */
function createJsonReporter(print: Wiring['print']): Reporter {
  return {
    planned: () => undefined,
    event: () => undefined,
    finish: async (report) => print(`${JSON.stringify(report, null, 2)}\n`),
  };
}

/** One line when a step ends, in the order things happen: for logs. */
function createPlainReporter(print: (text: string) => void): Reporter {
  const write = (text: string) => print(`${text}\n`);
  return {
    planned: ({ service, environment, freezes }) =>
      write(freezes ? `Rolling ${service} in ${environment} back` : `Deploying ${service} to ${environment}`),
    event: (event) => {
      if (event.type === 'end') write(stepLine(event));
      if (event.type === 'undo') write(`  ↩ ${event.message}`);
    },
    finish: async (report) => {
      write(`\n${renderReport(report)}`);
    },
  };
}

const MARKS = { done: '✓', doubtful: '?', skipped: '·', failed: '✗', 'not-run': ' ' } as const;

function stepLine({ kind, outcome, message, milliseconds }: Extract<StepEvent, { type: 'end' }>): string {
  const said = outcome === 'not-run' ? 'not run' : outcome === 'skipped' ? `skipped: ${message}` : message;
  const time = outcome === 'skipped' || outcome === 'not-run' ? '' : formatDuration(milliseconds);
  return `  ${MARKS[outcome]} ${kind.padEnd(17)} ${time.padStart(8)}  ${said.split('\n')[0] ?? ''}`.trimEnd();
}

type Task = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>;

/** For people at a terminal: the steps as a list that moves while they run. */
function createLiveReporter(print: (text: string) => void): Reporter {
  const steps = new Map<StepKind, LiveStep>();
  const later: string[] = [];
  let shown: Promise<unknown> = Promise.resolve();
  return {
    planned: (plan) => {
      // Again when another run was faster and this one decided anew: then the list before it has ended.
      for (const { kind } of plan.steps) steps.set(kind, new LiveStep());
      const list = listOf(plan, new Map(steps));
      shown = shown.then(() => list.run()).catch(() => undefined); // The report says what failed.
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
    if (event.outcome !== 'skipped' && event.message !== '' && this.#task)
      this.#task.title += `: ${event.message}`;
    this.#ended.resolve();
  }
}

const HEADLINES: Record<Report['outcome'], string> = {
  deployed: 'is running in',
  unchanged: 'was already running in',
  superseded: 'was not rolled out; something newer runs in',
  refused: 'was refused; the previous version still runs in',
  'rolled-back': 'failed; the previous version runs again in',
  failed: 'failed in',
};

/** What runs where, and how we know; or what went wrong and what to do. */
export function renderReport(report: Report): string {
  const { error } = report;
  const facts: [string, string | null][] =
    error === null
      ? [
          ...(report.verdict === 'verified' ? [] : [['verdict', report.verdict] as [string, string]]),
          ['answers at', report.url],
          ['image', report.image],
          ['fingerprint', report.fingerprint],
          ['revision', report.revision],
          ['layers sent', formatBytes(report.sentBytes)],
        ]
      : [
          ['verdict', `${report.verdict} (exit ${report.exit})`],
          ['error', error.code],
          ['what', error.message.replaceAll('\n', '\n              ')],
          ['next', error.hint],
        ];
  return [
    `${error !== null ? '✗' : report.warnings.length > 0 ? '⚠' : '✓'} ${report.service} ${HEADLINES[report.outcome]} ${report.environment} (${formatDuration(report.milliseconds)})`,
    ...facts
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `  ${name.padEnd(11)} ${value ?? ''}`),
    ...report.warnings.map((warning) => `  ${'WARNING'.padEnd(11)} ${warning}`),
    '',
  ].join('\n');
}
