import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { Database } from '../database/database.ts';

/** Container runtimes kill after 10 s; by then this process must have ended by itself. */
const LIMIT_MS = 9_000;

/**
 * On SIGTERM and SIGINT: takes no new requests, finishes those in flight, closes the database, exits 0.
 * Exits 1 when that takes longer than the limit. Without a handler PID 1 would not react at all.
 */
export function shutDownOnSignal(app: FastifyInstance, database: Database, logger: FastifyBaseLogger): void {
  const stop = (signal: NodeJS.Signals) => {
    setTimeout(() => {
      logger.error('requests were still running at the time limit; they were cut off');
      process.exit(1);
    }, LIMIT_MS).unref();
    logger.info({ signal }, 'stopping');
    app
      .close()
      .then(() => database.close())
      .then(
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
