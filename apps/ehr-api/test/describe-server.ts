import { resourceTypes, searchParametersOf } from '@ehr/fhir/server';
import { parseHealthReport } from '@ehr/health';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { ARCHIVED_AT, makeOwn, migrate } from '../src/database/migrate.ts';
import { migrations } from '../src/database/migrations/index.ts';
import { schemaOf } from '../src/database/schema.ts';
import { interactions } from '../src/fhir/interactions.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

const numbered = (schema: number) => `${String(schema).padStart(4, '0')}-later`;
/** What a later release does to the schema. */
const next = {
  name: numbered(schemaOf(migrations).own + 1),
  statements: ['alter table tenant add column if not exists later text'],
};

/** What the server says about itself, the same on every database. */
export function describeServer(database: () => Database): void {
  describe('server', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
    });

    it('speaks the health contract', async () => {
      const { status, body } = await api.get('/health');
      expect([status, parseHealthReport(body)]).toEqual([200, body]);
      expect(body).toMatchObject({
        status: 'pass',
        fingerprint: 'f',
        environment: 'staging',
        instance: 'i1',
        checks: { database: { status: 'pass' } },
      });
    });

    it('says its environment on every answer, and serves who names it or none', async () => {
      const own = { 'ehr-environment': 'staging' };
      const answers = await Promise.all([
        api.get('/health'),
        api.get('/fhir/Patient?_count=0', own),
        api.get('/nothing'),
        api.get('/%zz'),
        api.send(write('POST', '/fhir/Patient', '{not JSON', own)),
      ]);
      expect(answers.map(({ status, headers }) => [status, headers['ehr-environment']])).toEqual(
        [200, 200, 404, 400, 400].map((status) => [status, 'staging']),
      );
    });

    it('declares exactly what it does', async () => {
      const { status, body } = await api.get('/fhir/metadata');
      expect([status, body.resourceType, body.fhirVersion]).toEqual([200, 'CapabilityStatement', '4.0.1']);
      const { resource = [] } = body.rest[0] ?? {};
      expect(resource.map(({ type }) => type)).toEqual(resourceTypes());
      const patient = resource.find(({ type }) => type === 'Patient');
      const ofSystem = ['history-system', 'search-system', 'everything', 'break-glass'];
      const codes = new Set(interactions.map(({ code }) => code).filter((code) => !ofSystem.includes(code)));
      expect(patient?.interaction.map(({ code }) => code)).toEqual([...codes]);
      expect(patient?.operation?.map(({ name }) => name)).toEqual(['everything', 'break-glass']);
      expect(patient?.searchParam.map(({ name }) => name)).toEqual([
        '_id',
        '_lastUpdated',
        ...searchParametersOf('Patient').map(({ name }) => name),
      ]);
    });

    it('gives links in the name by which it was called', async () => {
      const { body } = await api.get('/fhir/Patient?_count=0', { host: 'records.example:8080' });
      expect(body.link[0]?.url).toMatch(/^http:\/\/records\.example:8080\/fhir\/Patient/u);
    });

    it('believes forwarded headers of named proxies alone', async () => {
      const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'records.example' };
      const { body } = await api.get('/fhir/Patient?_count=0', forwarded);
      expect(body.link[0]?.url).not.toContain('records.example');
      const behind = await startApi(database(), { trustedProxies: ['127.0.0.0/8'] });
      const believed = await behind.get('/fhir/Patient?_count=0', forwarded);
      expect(believed.body.link[0]?.url).toMatch(/^https:\/\/records\.example\/fhir\/Patient/u);
    });

    it('gives links with its public address, whatever the client says', async () => {
      const known = await startApi(database(), { publicUrl: 'https://records.example' });
      const { body } = await known.get('/fhir/Patient?_count=0', { host: 'evil.example' });
      expect(body.link[0]?.url).toMatch(/^https:\/\/records\.example\/fhir\/Patient/u);
    });

    it('says that it lives, whatever its database does', async () => {
      expect((await api.get('/live')).body).toEqual({ status: 'pass' });
    });

    it('deletes also for a client that names a type of nothing', async () => {
      const { body } = await api.create({ resourceType: 'Patient' });
      const headers = { 'content-type': 'application/json', 'content-length': '0' };
      const request = { method: 'DELETE', url: `/fhir/Patient/${body.id}`, headers } as const;
      expect((await api.send(request)).status).toBe(204);
    });

    it('applies every migration once', async () => {
      expect(await migrate(database(), migrations)).toEqual([]);
      const rows = await database().query<{ name: string }>(
        'select name from schema_migration order by name',
      );
      expect(rows.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    });

    it('makes a key and the time of a database that began as an archive, once, and of no other', async () => {
      const state = () =>
        database().query<{ key: string; applied: Date }>(
          'select value::text as key, (select max(applied_at) from schema_migration) as applied from hash_key',
        );
      const before = await state();
      await makeOwn(database());
      expect(await state()).toEqual(before);
      const back = new Error('taken back');
      const made = database().transaction(async (on) => {
        await on.query('delete from hash_key');
        await makeOwn(on);
        expect(await on.query('select from hash_key')).toHaveLength(0);
        await on.query('update schema_migration set applied_at = $1', [new Date(ARCHIVED_AT)]);
        await makeOwn(on);
        const [own] = await on.query<{ key: string; is_new: boolean }>(
          'select value::text as key, (select bool_and(applied_at = now()) from schema_migration) as is_new from hash_key',
        );
        expect(own).toEqual({
          key: expect.not.stringContaining(String(before[0]?.key)) as string,
          is_new: true,
        });
        throw back;
      });
      await expect(made).rejects.toBe(back);
      expect(await state()).toEqual(before);
    });

    it('tells which schema its database is at, and on which it runs', async () => {
      const { own, highest } = schemaOf(migrations);
      const told = async () => (await api.get('/health')).body as unknown as { schema: object };
      expect((await told()).schema).toEqual({ current: own, highest });
      await migrate(database(), [...migrations, next]);
      expect((await told()).schema).toEqual({ current: own + 1, highest });
      await database().query('delete from schema_migration where name = $1', [next.name]);
    });

    it('starts on the next schema, and on none after it, naming both', async () => {
      const { own, highest } = schemaOf(migrations);
      const after = [...migrations, next, { name: numbered(own + 2), statements: [] }];
      await migrate(database(), after.slice(0, -1));
      expect(await migrate(database(), migrations)).toEqual([]);
      await migrate(database(), after);
      await expect(migrate(database(), migrations)).rejects.toThrowError(
        `The database is at schema ${own + 2}; this version of ehr-api runs on 0 to ${highest}.`,
      );
      await database().query('delete from schema_migration where name > $1', [migrations.at(-1)?.name]);
    });

    it('takes a migration back as a whole when one of its statements fails', async () => {
      const broken = { name: '9999-broken', statements: ['create table half (x int)', 'this is not SQL'] };
      await expect(migrate(database(), [...migrations, broken])).rejects.toThrowError();
      const [half] = await database().query<{ name: string | null }>(
        "select to_regclass('half')::text as name",
      );
      expect(half?.name).toBeNull();
    });
  });
}
