import { type CheckResult, createHealthReport, healthHttpStatus } from '@ehr/health';
import type { FastifyInstance } from 'fastify';
import type { Queryable } from '../database/database.ts';
import type { Dependencies } from '../dependencies.ts';

/** `GET /health`: who runs here, and whether it can reach its database within `limitMs`. */
export function addHealthRoute(
  app: FastifyInstance,
  { identity, database }: Dependencies,
  limitMs = 2_000,
): void {
  app.get('/health', async (_request, reply) => {
    const report = createHealthReport(identity, { database: await checkDatabase(database, limitMs) });
    return reply.code(healthHttpStatus(report.status)).send(report);
  });
}

async function checkDatabase(database: Queryable, limitMs: number): Promise<CheckResult> {
  const { promise: tooLate, resolve } = Promise.withResolvers<CheckResult>();
  const timer = setTimeout(
    () => resolve({ status: 'fail', detail: `no answer within ${limitMs} ms` }),
    limitMs,
  );
  const answer = database.query('select 1').then(
    (): CheckResult => ({ status: 'pass' }),
    (): CheckResult => ({ status: 'fail', detail: 'cannot be queried; see the log of the database' }),
  );
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
