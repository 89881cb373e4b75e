import { beforeAll, describe, expect, it } from 'vitest';
import type { Database, Queryable, TenantDatabases, Transactional } from '../src/database/database.ts';
import { serviceRole } from '../src/database/service-role.ts';
import { createLogger } from '../src/log/create-logger.ts';
import { accessTo } from '../src/store/access.ts';
import { openChart } from '../src/store/opened-charts.ts';
import { readResource } from '../src/store/read-resources.ts';
import { dependenciesOf, startApi, write } from './start-api.ts';
import { through } from './through.ts';

const [ONE, TWO] = [61, 62];

/** Ways to come by records, each of which would show those of another tenant. */
const PATHS = ['Patient?name=Of6', 'Patient?name=Of62', 'Patient?name=Of6&_summary=count', 'Patient?_id=same&_summary=count', 'Patient?_id=same', 'Observation?code=weight&value-quantity=62', 'Observation?patient=same&_total=accurate', 'Observation?code=urn:c|weight&patient.name=Of62', 'Patient?_has:Observation:patient:value-quantity=62', 'Observation?code=urn:c|weight&_include=Observation:patient', 'Patient/same/_history', 'Observation/_history?_count=1000', '_history?_count=1000', 'Patient/same/$everything']; // prettier-ignore

/** Tenants are apart in the database itself, whatever a statement forgets to ask. */
export function describeTenants(database: () => Database): void {
  describe('tenants in the database', () => {
    let tables: readonly string[];
    let tenants: TenantDatabases;
    let one: Transactional;
    let two: Transactional;
    /** Whose rows a statement meets that asks for no tenant. */
    const met = async (on: Queryable, table: string) =>
      (await on.query<{ tenant: number }>(`select distinct tenant_id as tenant from ${table}`)).map(
        ({ tenant }) => tenant,
      );
    const refused = (work: Promise<unknown>) => work.then(() => 'done', (error: unknown) => (error as { code: string }).code); // prettier-ignore
    /** Row-level security, or a right that the role does not have. */
    const NOT_ALLOWED = '42501';

    beforeAll(async () => {
      const api = await startApi(database());
      await database().query(`insert into tenant values (${ONE}, 'apart-a'), (${TWO}, 'apart-b')`);
      const { context, ...others } = await dependenciesOf(database());
      const { createServer } = await import('../src/server/create-server.ts');
      for (const id of [ONE, TWO]) {
        const own = context.tenants.forTenant(id);
        const app = createServer({ ...others, context: { ...context, access: accessTo(id), on: own, database: own } }, api.app.log); // prettier-ignore
        const chart = [
          { resourceType: 'Patient', id: 'same', name: [{ family: `Of${id}` }], birthDate: '1970' },
          { resourceType: 'Observation', id: 'weight', status: 'final', subject: { reference: 'Patient/same' }, code: { coding: [{ system: 'urn:c', code: 'weight' }] }, valueQuantity: { value: id, unit: 'kg' }, effectiveDateTime: '2026' },
        ]; // prettier-ignore
        for (const resource of [...chart, ...chart]) {
          const { statusCode } = await app.inject(write('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource)); // prettier-ignore
          expect(statusCode).toBeLessThan(202);
        }
        const opened = { patient: 'same', reason: 'an emergency', minutes: 5 };
        expect(await openChart({ ...context, access: accessTo(id), on: own }, { issuer: 'i', subject: 's' }, opened)).not.toBeNull(); // prettier-ignore
      }
      const all = await database().query<{ name: string }>(
        `select table_name as name from information_schema.columns c join information_schema.tables using (table_schema, table_name)
         where column_name = 'tenant_id' and table_schema = current_schema() and table_type = 'BASE TABLE' order by 1`,
      );
      tables = all.map(({ name }) => name);
      tenants = database().as(await serviceRole(database()));
      [one, two] = [tenants.forTenant(ONE), tenants.forTenant(TWO)];
    });

    it('are in every table that has a tenant', async () => {
      expect(tables).toEqual(expect.arrayContaining(['resource', 'resource_version', 'compartment', 'audit_event', 'search_token'])); // prettier-ignore
      for (const table of tables) expect(await met(database(), table), table).toEqual(expect.arrayContaining([ONE, TWO])); // prettier-ignore
    });

    it('meet their own rows alone in each of them, also where a statement asks for no tenant', async () => {
      for (const table of tables) {
        for (const [on, id] of [[one, ONE], [two, TWO], [one, ONE]] as const) expect(await met(on, table), table).toEqual([id]); // prettier-ignore
        expect(await one.transaction((on) => met(on, table)), table).toEqual([ONE]);
        expect(await one.query(`select * from ${table} where tenant_id = ${TWO}::smallint`)).toEqual([]);
        expect(await met(tenants.forNobody, table), table).toEqual([]);
        expect(await met(tenants.forTenant(63), table), table).toEqual([]);
      }
    });

    it('meet nothing of each other by the service’s own statements without their condition', async () => {
      const { context, ...others } = await dependenciesOf(database());
      const { createServer } = await import('../src/server/create-server.ts');
      // As if whoever wrote the statements had forgotten it.
      const access = { ...accessTo(ONE), condition: () => 'true' };
      const shown = async (on: Transactional) => {
        const own = { ...context, access, on, database: on };
        const app = createServer({ ...others, context: own }, createLogger('silent', context.about.identity));
        const seen: string[] = [];
        for (const path of PATHS) {
          const { statusCode, payload } = await app.inject({ method: 'GET', url: `/fhir/${path}` });
          expect(statusCode, path).toBe(200);
          const isCounted = path.includes('_summary=count') && payload.includes('"total":2');
          if (isCounted || /"family":"Of62"|"value":62\b/u.test(payload)) seen.push(path);
        }
        return seen;
      };
      expect(await shown(one)).toEqual([]);
      // The owner, for whom no policy holds, meets both: the condition is gone indeed.
      expect(await shown(database())).toEqual(PATHS);
      expect(await readResource({ ...context, access, on: tenants.forNobody }, 'Patient', 'same')).toBeUndefined(); // prettier-ignore
    });

    it('add, change and remove nothing of another', async () => {
      const before = await Promise.all(tables.map((table) => database().query(`select * from ${table} t where tenant_id = ${TWO}::smallint order by t::text`))); // prettier-ignore
      for (const table of tables) {
        const columns = (
          await database().query<{ name: string }>(
            `select column_name as name from information_schema.columns where table_name = $1 and table_schema = current_schema() and is_identity = 'NO' and column_name <> 'tenant_id'`,
            [table],
          )
        ).map(({ name }) => name);
        const changed = columns.map((name) => (name === 'pk' ? 'pk + 1000000000' : name)).join(', ');
        const copy = `insert into ${table} (tenant_id, ${columns.join(', ')}) select ${TWO}, ${changed} from ${table} limit 1`;
        for (const on of [one, tenants.forNobody])
          expect(await refused(on.query(copy)), table).toBe(on === one ? NOT_ALLOWED : 'done');
        for (const statement of [
          `update ${table} set tenant_id = ${ONE} where tenant_id = ${TWO}`,
          `update ${table} set tenant_id = ${TWO}`,
          `delete from ${table} where tenant_id = ${TWO}`,
          `truncate ${table}`,
        ])
          expect([NOT_ALLOWED, 'done'], statement).toContain(await refused(one.query(statement)));
        expect(await refused(one.query(`truncate ${table}`))).toBe(NOT_ALLOWED);
      }
      expect(await Promise.all(tables.map((table) => database().query(`select * from ${table} t where tenant_id = ${TWO}::smallint order by t::text`)))).toEqual(before); // prettier-ignore
      for (const table of tables) expect(await met(one, table), table).toEqual([ONE]);
    });

    it('may not change the audit, the schema or who there is', async () => {
      for (const statement of [
        'delete from audit_event',
        'delete from audit_about',
        "update audit_event set agent = 'x'",
        "insert into tenant values (99, 'mine')",
        'update hash_key set value = gen_random_uuid()',
        'delete from schema_migration',
        'alter table resource disable row level security',
        'drop policy own_tenant on resource',
        'create policy mine on resource using (true)',
      ])
        expect(await refused(one.query(statement)), statement).toBe(NOT_ALLOWED);
    });

    it('stay apart after what fails, and for many at once', async () => {
      await refused(one.query('select nothing'));
      await refused(one.transaction((on) => on.query('select nothing')));
      await refused(one.transaction(() => Promise.reject(new Error('no'))));
      const asked = Array.from({ length: 120 }, (_one, n) => [[one, ONE], [two, TWO], [tenants.forNobody, null]][n % 3] as [Queryable, number | null]); // prettier-ignore
      const got = await Promise.all(asked.map(([on], n) => n % 5 === 0 && 'transaction' in on ? (on as Transactional).transaction((own) => met(own, 'resource')) : met(on, 'resource'))); // prettier-ignore
      expect(got).toEqual(asked.map(([, id]) => (id === null ? [] : [id])));
      expect(() => tenants.forTenant(Number.NaN)).toThrowError(RangeError);
    });

    it('are who every request is served for: as the role that owns nothing, told of its tenant', async () => {
      const seen = new Set<string>();
      let count = 0;
      const watched = await startApi(
        through(database(), async (asked, on) => {
          const [who] = await on.query<{ role: string; bound: boolean; tenant: string }>(
            `select current_user as role, row_security_active('resource') as bound, coalesce(current_setting('ehr.tenant', true), '') as tenant`,
          );
          count += 1;
          seen.add(JSON.stringify(who));
          return on.query(...asked);
        }),
      );
      const role = await serviceRole(database());
      const { body } = await watched.create({ resourceType: 'Patient' });
      const entry = [{ request: { method: 'GET', url: `Patient/${body.id}` } }, { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } }]; // prettier-ignore
      for (const type of ['batch', 'transaction'])
        expect((await watched.send(write('POST', '/fhir', { resourceType: 'Bundle', type, entry }))).status).toBe(200); // prettier-ignore
      for (const path of ['', '/_history', '/_history/1', '/$everything', '/*'])
        expect((await watched.get(`/fhir/Patient/${body.id}${path}`)).status, path).toBe(200);
      for (const path of [
        'Patient?name=x',
        'Patient?_has:Observation:patient:code=x',
        '_history',
        '?_type=Patient',
        'AuditEvent?_count=1',
        'Observation?patient.name=x&_include=Observation:patient',
      ])
        // prettier-ignore
        expect((await watched.get(`/fhir/${path}`)).status, path).toBe(200);
      expect((await watched.send({ method: 'DELETE', url: `/fhir/Patient/${body.id}` })).status).toBe(204);
      expect(count).toBeGreaterThan(40);
      expect([...seen].sort()).toEqual([{ role, bound: true, tenant: '0' }, { role, bound: true, tenant: '' }].map((one) => JSON.stringify(one)).sort()); // prettier-ignore
      await watched.app.close();
    });
  });
}
