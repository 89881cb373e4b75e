import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeApi } from '../test/describe-api.ts';
import { postgresUrl } from '../test/postgres-url.ts';
import { startApi, write } from '../test/start-api.ts';
import { through } from '../test/through.ts';
import type { Database } from './database/database.ts';
import { migrate } from './database/migrate.ts';
import { migrations } from './database/migrations/index.ts';
import { openPostgres } from './database/postgres-database.ts';
import { serviceRole } from './database/service-role.ts';
import { asClient } from './database/take-turns.ts';

describe.skipIf(postgresUrl === null)('the API on a PostgreSQL server', () => {
  const server = postgresUrl ?? 'postgres://none';
  let database: Database;
  const open = (url: string) => openPostgres(url, () => undefined);
  beforeAll(async () => {
    const first = open(server);
    await first.query('create database api');
    await first.query('create database replicas');
    await first.close();
    database = open(named('api'));
  });
  afterAll(async () => {
    await database.close();
  });
  const named = (name: string) => Object.assign(new URL(server), { pathname: name }).href;

  it('is migrated once by replicas that start together', async () => {
    const replicas = Array.from({ length: 4 }, () => open(named('replicas')));
    const applied = await Promise.all(replicas.map((replica) => migrate(replica, migrations)));
    expect(applied.flat()).toEqual(migrations.map(({ name }) => name));
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it('leaves all or nothing when its connection is cut between any two statements', async () => {
    const api = await startApi(database);
    const number = (value: string) => [{ system: 'urn:cut', value }];
    const old = await api.create({ resourceType: 'Patient', identifier: number('old') });
    const entry = [
      {
        resource: { resourceType: 'Patient', identifier: number('new') },
        request: { method: 'POST', url: 'Patient' },
      },
      { resource: { ...old.body, active: true }, request: { method: 'PUT', url: `Patient/${old.body.id}` } },
    ];
    const bundle = write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry });
    let [count, cutAt] = [0, Infinity];
    const cutting = through(database, async (asked, on, inTransaction) => {
      if (inTransaction) count += 1;
      // The service may not do so itself.
      if (inTransaction && count === cutAt) {
        const [session] = await on.query<{ pid: number }>('select pg_backend_pid() as pid');
        await database.query('select pg_terminate_backend($1, 5000)', [session?.pid]);
      }
      return on.query(...asked);
    });
    const fragile = await startApi(cutting);
    let cut = 0;
    for (cutAt = 1; ; cutAt += 1) {
      count = 0;
      const { status } = await fragile.send(bundle);
      const created = (await api.get('/fhir/Patient?identifier=urn:cut|new&_count=0')).body.total;
      const { versionId } = (await api.get(`/fhir/Patient/${old.body.id}`)).body.meta;
      if (status === 200) {
        expect([created, versionId]).toEqual([1, '2']);
        break;
      }
      expect([status, created, versionId]).toEqual([503, 0, '1']);
      cut += 1;
    }
    expect(cut).toBeGreaterThan(2);
  });

  it('answers 503 and when to try again where no connection comes free, and its health all the same', async () => {
    const api = await startApi(database);
    let release = () => undefined as void;
    const held = new Promise<void>((resolve) => (release = resolve));
    const tenant = database.as(await serviceRole(database)).forTenant(0);
    // Of one client six are served at once.
    const holders = Array.from({ length: 10 }, (_one, n) =>
      asClient(`client ${n % 2}`, () => tenant.transaction(() => held)),
    );
    const [read, health] = await Promise.all([api.get('/fhir/Patient/x'), api.get('/health')]);
    release();
    await Promise.all(holders);
    expect([read.status, read.headers['retry-after'], read.body.issue[0]?.code]).toEqual([
      503,
      '2',
      'transient',
    ]);
    expect(health.status).toBe(200);
    expect((await api.get('/fhir/Patient/x')).status).toBe(404);
  });

  describeApi(() => database, 60);
});
