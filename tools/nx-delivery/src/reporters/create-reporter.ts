import type { Wiring } from '../wiring/wiring.ts';
import { createLiveReporter } from './live-reporter.ts';
import type { Reporter } from './reporter.ts';
import { createPlainReporter } from './plain-reporter.ts';

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
