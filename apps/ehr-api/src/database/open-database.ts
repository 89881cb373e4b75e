import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '@ehr/service-kit';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/read-config.ts';
import type { Database } from './database.ts';
import { openEmbedded } from './embedded-database.ts';
import { openPostgres } from './postgres-database.ts';

/** How long a database server that starts at the same time may take. */
const PATIENCE_MS = 30_000;

/** The configured database, answering. */
export async function openDatabase(config: Config['database'], logger: FastifyBaseLogger): Promise<Database> {
  if (config.kind === 'embedded') return openEmbedded(config.directory).catch(explainDirectory);
  const database = openPostgres(config.url, (error) =>
    logger.warn({ err: error }, 'lost a database connection'),
  );
  await untilAnswering(database, logger);
  return database;
}

async function untilAnswering(database: Database, logger: FastifyBaseLogger): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await database.query('select 1');
      return;
    } catch (error) {
      if (performance.now() > deadline)
        throw new StartError(
          'DATABASE_UNREACHABLE',
          `The server of DATABASE_URL did not answer for ${PATIENCE_MS / 1000} s. Check that it runs, and the URL's host, port, user, password and database.`,
          { cause: error },
        );
      logger.warn({ err: error }, 'the database does not answer yet');
      await sleep(1_000);
    }
  }
}

function explainDirectory(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR')
    throw new StartError(
      'DATA_DIR_NOT_WRITABLE',
      `EHR_DATA_DIR cannot be written (${code}). Mount a directory this user may write, or set DATABASE_URL.`,
      { cause: error },
    );
  throw error;
}
