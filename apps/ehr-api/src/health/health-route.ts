import { type CheckResult, createHealthReport, healthHttpStatus } from '@ehr/health';
import type { FastifyInstance } from 'fastify';
import { migrations } from '../database/migrations/index.ts';
import { currentSchema, schemaOf } from '../database/schema.ts';
import type { Dependencies } from '../dependencies.ts';

/**
 * `GET /health`: who runs here, whether its database answers within `limitMs`, asked over a connection that no request
 * can take, and which schema it is at. `GET /live`: that this process answers, whatever its database does.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  { context: { tenants, about } }: Dependencies,
  limitMs = 2_000,
): void {
  const { identity } = about;
  const { own, highest } = schemaOf(migrations);
  // Another replica may change it; one that cannot be asked is where it was.
  let current = own;
  const check = async (): Promise<CheckResult> => {
    current = await currentSchema(tenants.health);
    return { status: 'pass' };
  };
  app.get('/live', async () => ({ status: 'pass' }));
  app.get('/health', async (_request, reply) => {
    const checks = { database: await within(limitMs, check()) };
    const report = createHealthReport(identity, checks, { current, highest });
    return reply.code(healthHttpStatus(report.status)).send(report);
  });
}

async function within(limitMs: number, check: Promise<CheckResult>): Promise<CheckResult> {
  const { promise: tooLate, resolve } = Promise.withResolvers<CheckResult>();
  const timer = setTimeout(
    () => resolve({ status: 'fail', detail: `no answer within ${limitMs} ms` }),
    limitMs,
  );
  const answer = check.catch((): CheckResult => ({
    status: 'fail',
    detail: 'cannot be queried; see the log of the database',
  }));
  return Promise.race([answer, tooLate]).finally(() => clearTimeout(timer));
}
