import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '@ehr/service-kit';
import type { FastifyBaseLogger } from 'fastify';
import type { Config } from '../config/read-config.ts';
import type { Database } from './database.ts';
import { openEmbedded } from './embedded-database.ts';
import { openPostgres } from './postgres-database.ts';

/** How long a database server that starts at the same time may take. */
const PATIENCE_MS = 20_000;

/**
 * The configured database, answering.
 * @throws StartError when it does not within `patienceMs`: a `setting` where the server refuses the URL's user, password
 * or database, else a `dependency`
 */
export async function openDatabase(
  { database: config, statementMs }: Pick<Config, 'database' | 'statementMs'>,
  logger: FastifyBaseLogger,
  patienceMs = PATIENCE_MS,
): Promise<Database> {
  if (config.kind === 'embedded') return openEmbedded(config.directory, statementMs).catch(explainDirectory);
  const onIdleError = (error: Error) => logger.warn({ err: error }, 'lost a database connection');
  const database = openPostgres(config.url, onIdleError, statementMs);
  await untilAnswering(database, logger, patienceMs);
  return database;
}

async function untilAnswering(
  database: Database,
  logger: FastifyBaseLogger,
  patienceMs: number,
): Promise<void> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    try {
      await database.query('select 1');
      return;
    } catch (error) {
      if (performance.now() > deadline) {
        await database.close();
        throw explainServer(error, patienceMs);
      }
      logger.warn({ err: error }, 'the database does not answer yet');
      await sleep(1_000);
    }
  }
}

/** Class 28 and 3D of https://www.postgresql.org/docs/17/errcodes-appendix.html: the server runs, and refuses the URL. */
function explainServer(error: unknown, patienceMs: number): StartError {
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && /^(28|3D)/u.test(code))
    return new StartError(
      'DATABASE_REFUSED',
      'setting',
      `The server of DATABASE_URL refuses it (${code}). Correct the URL's user, password or database.`,
      { cause: error },
    );
  return new StartError(
    'DATABASE_UNREACHABLE',
    'dependency',
    `The server of DATABASE_URL did not answer for ${patienceMs / 1000} s. Check that it runs, and the URL's host and port.`,
    { cause: error },
  );
}

function explainDirectory(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR')
    throw new StartError(
      'DATA_DIR_NOT_WRITABLE',
      'setting',
      `EHR_DATA_DIR cannot be written (${code}). Mount a directory this user may write, or set DATABASE_URL.`,
      { cause: error },
    );
  throw error;
}
