import {
  commitsBetween,
  environments,
  lastReleaseOf,
  readJournalHeadings,
  type DescribedError,
  type Plan,
  type Ports,
  type Report,
} from '@ehr/delivery-core';
import { appendFile } from 'node:fs/promises';
import type { ProcessEnv } from '../process-env.ts';
import { fenced, summarizeReport } from './summarize-report.ts';

/** In a GitHub Actions job: the job summary, and the outputs `verdict`, `image`, `digest`, `url`. Elsewhere nothing. */
export async function tellGithub(
  processEnv: ProcessEnv,
  plan: Plan,
  report: Report,
  { registry, source }: Pick<Ports, 'registry' | 'source'>,
): Promise<void> {
  const { GITHUB_OUTPUT: outputs } = processEnv;
  const summary = summaryOf(processEnv);
  if (outputs !== undefined) {
    const { verdict, image, url } = report;
    const values = { verdict, image: image ?? '', digest: image?.split('@')[1] ?? '', url: url ?? '' };
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
    await appendFile(outputs, lines.join(''));
  }
  if (summary === undefined) return;
  // The outcome stands; a summary is told with what can be had.
  const commits = await commitsBetween(plan.previous, plan.revision, source).catch(() => null);
  const journal = readJournalHeadings(await registry.listTags().catch(() => []));
  const runs = environments.flatMap((environment) => {
    const last = lastReleaseOf(journal, environment);
    return last === undefined ? [] : [{ environment, digest: last.digest, at: last.at }];
  });
  await appendFile(summary, summarizeReport({ plan, report, commits, runs }));
}

/** Under `npm run deliver` by another name, so that Nx does not write into it, too. */
function summaryOf({ DELIVERY_STEP_SUMMARY, GITHUB_STEP_SUMMARY }: ProcessEnv): string | undefined {
  return DELIVERY_STEP_SUMMARY ?? GITHUB_STEP_SUMMARY;
}

/** The same for a run that was refused before there was a plan, or failed outside of one. */
export async function summarizeRefusal(
  processEnv: ProcessEnv,
  { code, message, hint }: DescribedError,
): Promise<void> {
  const summary = summaryOf(processEnv);
  if (summary === undefined) return;
  await appendFile(summary, `## ⛔ refused\n\n${fenced(`${code}  ${message}\n→ ${hint}`)}\n`);
}
