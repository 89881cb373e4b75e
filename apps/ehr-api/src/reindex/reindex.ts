import type { FastifyBaseLogger } from 'fastify';
import type { Context } from '../fhir/exchange.ts';
import { countToReindex, reindexSome } from '../store/reindex-resources.ts';

/** How far indexing anew has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** Indexes resources anew, a few at a time, beside whoever reads and writes; ends where the signal says so. */
export async function reindex(
  context: Context,
  onProgress: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<number> {
  const total = await countToReindex(context);
  let [done, last] = [0, '0'];
  while (signal?.aborted !== true) {
    const after = last;
    const piece = await context.database.transaction((on) => reindexSome({ ...context, on }, after));
    if (piece.count === 0) break;
    done += piece.count;
    last = piece.last;
    onProgress({ done, total });
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
