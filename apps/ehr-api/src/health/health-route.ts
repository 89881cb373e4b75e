import { type CheckResult, createHealthReport, healthHttpStatus } from '@ehr/health';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/database.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * `GET /health`: who runs here, and whether it can reach its database within `limitMs`, asked over a connection that no
 * request can take. `GET /live`: that this process answers, whatever its database does.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  { context: { database, about } }: Dependencies,
  limitMs = 2_000,
): void {
  const { identity } = about;
  app.get('/live', async () => ({ status: 'pass' }));
  app.get('/health', async (_request, reply) => {
    const report = createHealthReport(identity, { database: await checkDatabase(database, limitMs) });
    return reply.code(healthHttpStatus(report.status)).send(report);
  });
}

async function checkDatabase(database: Pick<Database, 'ping'>, limitMs: number): Promise<CheckResult> {
  const { promise: tooLate, resolve } = Promise.withResolvers<CheckResult>();
  const timer = setTimeout(
    () => resolve({ status: 'fail', detail: `no answer within ${limitMs} ms` }),
    limitMs,
  );
  const answer = database.ping().then(
    (): CheckResult => ({ status: 'pass' }),
    (): CheckResult => ({ status: 'fail', detail: 'cannot be queried; see the log of the database' }),
  );
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
