import { formatDuration } from '@ehr/delivery-core';
import type { StepEvent } from '@ehr/delivery-core';
import type { Reporter } from './create-reporter.ts';
import { renderReport } from './render-report.ts';

/** One line when a step ends, in the order things happen: for logs. */
export function createPlainReporter(): Reporter {
  const write = (text: string) => process.stdout.write(`${text}\n`);
  return {
    planned: (plan) => write(`Deploying ${plan.service} to ${plan.environment}`),
    event: (event) => {
      if (event.type === 'end') write(stepLine(event));
      if (event.type === 'undo') write(`  ↩ ${event.text}`);
    },
    finish: async (report) => {
      write(report === null ? '' : `\n${renderReport(report)}`);
      return report?.exit ?? 0;
    },
  };
}

const MARKS = { done: '✓', skipped: '·', failed: '✗', 'not-run': ' ' } as const;

function stepLine({ kind, outcome, text, milliseconds }: Extract<StepEvent, { type: 'end' }>): string {
  const said = outcome === 'not-run' ? 'not run' : outcome === 'skipped' ? `skipped: ${text}` : text;
  const time = outcome === 'done' || outcome === 'failed' ? formatDuration(milliseconds) : '';
  return `  ${MARKS[outcome]} ${kind.padEnd(17)} ${time.padStart(8)}  ${said.split('\n')[0] ?? ''}`.trimEnd();
}
