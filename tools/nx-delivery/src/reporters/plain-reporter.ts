import { formatDuration, type StepEvent } from '@ehr/delivery-core';
import type { Reporter } from './reporter.ts';
import { renderReport } from './render-report.ts';

/** One line when a step ends, in the order things happen: for logs. */
export function createPlainReporter(print: (text: string) => void): Reporter {
  const write = (text: string) => print(`${text}\n`);
  return {
    planned: (plan) => write(`Deploying ${plan.service} to ${plan.environment}`),
    event: (event) => {
      if (event.type === 'end') write(stepLine(event));
      if (event.type === 'undo') write(`  ↩ ${event.message}`);
    },
    finish: async (report) => {
      write(`\n${renderReport(report)}`);
    },
  };
}

const MARKS = { done: '✓', skipped: '·', failed: '✗', 'not-run': ' ' } as const;

function stepLine({ kind, outcome, message, milliseconds }: Extract<StepEvent, { type: 'end' }>): string {
  const said = outcome === 'not-run' ? 'not run' : outcome === 'skipped' ? `skipped: ${message}` : message;
  const time = outcome === 'done' || outcome === 'failed' ? formatDuration(milliseconds) : '';
  return `  ${MARKS[outcome]} ${kind.padEnd(17)} ${time.padStart(8)}  ${said.split('\n')[0] ?? ''}`.trimEnd();
}
