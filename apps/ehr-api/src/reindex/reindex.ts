import type { FastifyBaseLogger } from 'fastify';
import { type Context, contextFor } from '../fhir/exchange.ts';
import { accessTo } from '../store/access.ts';
import { markRestricted } from '../store/opened-charts.ts';
import { countToReindex, reindexSome } from '../store/reindex-resources.ts';
import { tenantIds } from '../store/tenants.ts';

/** How far indexing anew has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Indexes resources of every tenant anew, a few at a time, beside whoever reads and writes; ends where the signal says so. */
export async function reindex(
  context: Context,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<number> {
  const contexts = (await tenantIds(context.tenants.forNobody)).map((id) =>
    contextFor(context, accessTo(id)),
  );
  let [done, total] = [0, 0];
  for (const own of contexts) {
    await markRestricted(own);
    total += await countToReindex(own);
  }
  for (const own of contexts) {
    let last = '0';
    while (signal?.aborted !== true) {
      const after = last;
      const piece = await own.database.transaction((on) => reindexSome({ ...own, on }, after));
      if (piece.count === 0) break;
      done += piece.count;
      last = piece.last;
      onProgress({ done, total });
    }
  }
  return done;
}

/** A release before this one may still write for a while after this has started. */
const EVERY_MS = 60_000;

/**
 * Indexes anew what a release before this one wrote, in the background, now and every minute. Searches by what that did not
 * index yet find the rest meanwhile, so it is told in the log.
 * @returns a function that ends it
 */
export function keepIndexed(context: Context, logger: FastifyBaseLogger): () => Promise<void> {
  const ended = new AbortController();
  const go = async () => {
    try {
      const begun = Date.now();
      const done = await reindex(context, () => undefined, ended.signal);
      if (done > 0) logger.info({ resources: done, ms: Date.now() - begun }, 'reindexed');
    } catch (error) {
      if (!ended.signal.aborted) logger.warn({ err: error }, 'not reindexed');
    }
  };
  let running = go();
  const timer = setInterval(() => void (running = running.then(go)), EVERY_MS);
  timer.unref();
  return async () => {
    ended.abort();
    clearInterval(timer);
    await running;
  };
}
