import { expect } from 'vitest';
import type { EventRun, JobResult } from './box/job-result.ts';

/** What the delivery tool says of a service that it rolled out, as `outcomes` tells it. */
export const RUNNING = 'is running';
/** The same of one that it left alone. */
export const ALREADY = 'was already running';

/** The same of one that came too late. */
export const SUPERSEDED = 'was not rolled out; something newer runs';

/** All runs so far, with all they printed and told. */
export const runs: EventRun[] = [];
/** The digests they built. */
export const builds: string[] = [];

/** Remembers what a run printed. */
export async function seen(run: EventRun | Promise<EventRun>): Promise<EventRun> {
  const result = await run;
  runs.push(result);
  for (const match of result.output.matchAll(/✓ build-image .*? {2}([0-9a-f]{12}),/g))
    builds.push(match[1] ?? '');
  return result;
}

/** The same, and the run must have succeeded. */
export async function green(run: EventRun | Promise<EventRun>): Promise<EventRun> {
  const result = await seen(run);
  expect(result.ok, result.ok ? '' : result.output.slice(-4000)).toBe(true);
  return result;
}

/** Service → what the delivery tool said of it: `is running`, `was already running`, … */
export function outcomes(run: EventRun): Record<string, string | undefined> {
  return Object.fromEntries(
    run.jobs.flatMap(({ steps }) => {
      const said = steps.map(({ output }) => output).join('');
      const [, service, how] = /^[✓⚠✗] (ehr-\w+) (.*?) in \w+ \(/m.exec(said) ?? [];
      return service === undefined ? [] : [[service, how]];
    }),
  );
}

/** The first job whose place, such as `release.yml › github-release`, begins so. */
export function job(run: EventRun, place: string): JobResult | undefined {
  return run.jobs.find((one) => one.place.startsWith(place));
}
