import type { Context } from '../fhir/exchange.ts';
import { reindex } from './reindex.ts';

/** Resources between two lines of progress. */
const TOLD_EVERY = 1_000;

/** `nx run ehr-api:reindex`: indexes anew what an earlier release wrote; started again, it goes on where it was stopped. */
export async function runReindex(context: Context): Promise<void> {
  const begun = Date.now();
  let told = 0;
  const done = await reindex(context, (progress) => {
    if (progress.done - told < TOLD_EVERY) return;
    told = progress.done;
    process.stdout.write(`${progress.done} of ${progress.total} resources reindexed\n`);
  });
  process.stdout.write(`${done} resources reindexed in ${Math.round((Date.now() - begun) / 1000)} s.\n`);
}
