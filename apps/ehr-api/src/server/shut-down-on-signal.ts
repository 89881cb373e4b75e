import type { FastifyBaseLogger } from 'fastify';

/** Container runtimes kill after 10 s; by then this process must have ended by itself. */
const LIMIT_MS = 9_000;

/**
 * On SIGTERM and SIGINT closes what is open, the last opened first (the server, which takes no new requests
 * and finishes those in flight, then the database), and exits 0. Exits 1 when that takes longer than the limit.
 */
export function shutDownOnSignal(open: readonly (() => Promise<void>)[], logger: FastifyBaseLogger): void {
  const stop = (signal: NodeJS.Signals) => {
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('not everything could be closed within the time limit');
      process.exit(1);
    }, LIMIT_MS).unref();
    closeAll(open).then(
      () => {
        logger.info('stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
}

async function closeAll(open: readonly (() => Promise<void>)[]): Promise<void> {
  for (const close of open.toReversed()) await close();
}
