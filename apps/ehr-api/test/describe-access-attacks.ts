import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { believing } from './believing.ts';
import { type RunningApi, startApi, write } from './start-api.ts';
import { type Claims, startIssuer, type TestIssuer } from './start-issuer.ts';
import { through } from './through.ts';

const observation = (id: string, patient: string, elements: object = {}) => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${patient}` }, ...elements }); // prettier-ignore
const secret = (security: string) => ({ valueString: 'SECRET', meta: { security: [{ code: security }] } });
const PATCH = 'application/json-patch+json';

/** What was done to get at what is out of reach, by a review; each was possible. */
export function describeAccessAttacks(database: () => Database): void {
  describe('attacks on access', () => {
    let issuer: TestIssuer;
    let api: RunningApi;
    const as = async (scope: string, claims: Claims = {}) => ({ authorization: `Bearer ${await issuer.sign({ scope, tenant: 'attacked', ...claims })}` }); // prettier-ignore
    const inChart = (scope = 'patient/*.cruds') => as(scope, { patient: 'p1' });
    const clinician = (scope = 'user/*.cruds') => as(scope, { roles: ['clinician'] });
    const system = () => as('system/*.cruds', { sub: 'app' });
    const put = async (resource: { readonly resourceType: string; readonly id: string }, who: Record<string, string>) => api.send(write('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource, who)); // prettier-ignore
    const send = async (method: 'PATCH' | 'DELETE', url: string, who: Record<string, string>, body?: object) => api.send({ method, url: `/fhir/${url}`, headers: { ...who, ...(body && { 'content-type': PATCH }) }, ...(body && { payload: JSON.stringify(body) }) }); // prettier-ignore
    const statusOf = async (path: string, who: Record<string, string>) => (await api.get(`/fhir/${path}`, who)).status; // prettier-ignore
    const start = (special: object = {}) => startApi(database(), { authenticator: believing(issuer.url, database(), special) }); // prettier-ignore

    beforeAll(async () => {
      issuer = await startIssuer();
      api = await start();
      await database().query(`insert into tenant values (41, 'attacked'), (42, 'attacked-b')`);
      const all = await system();
      for (const id of ['p1', 'p2']) await put({ resourceType: 'Patient', id }, all);
      await put(observation('o2', 'p2', secret('N')), all);
    });
    afterAll(async () => {
      await api.app.close();
      await issuer.stop();
    });

    it('by a patch that asks what a record says: it is as if it were not there', async () => {
      const who = await inChart();
      const answers = [];
      for (const [path, value] of [['/valueString', 'SECRET'], ['/valueString', 'x'], ['/nothing', 1]]) answers.push(await send('PATCH', 'Observation/o2', who, [{ op: 'test', path, value }])); // prettier-ignore
      answers.push(await send('PATCH', 'Observation/absent', who, [{ op: 'test', path: '/x', value: 1 }]));
      expect(answers.map(({ status, body }) => [status, body.issue[0]?.diagnostics])).toEqual(answers.map(() => [404, 'There is no Observation with this id to patch.'])); // prettier-ignore
    });

    it('by a precondition that asks for its version', async () => {
      const tries = ['W/"1"', 'W/"9"', '*'].map(async (match) => (await put(observation('o2', 'p1'), { ...(await inChart()), 'if-match': match })).status); // prettier-ignore
      expect(await Promise.all(tries)).toEqual([412, 412, 412]);
      expect((await put(observation('o2', 'p1'), await inChart())).status).toBe(403);
      expect([(await send('DELETE', 'Observation/o2', await inChart())).status, await statusOf('Observation/o2', await system())]).toEqual([204, 200]); // prettier-ignore
    });

    it('by writing anew what was deleted, and reading what it said', async () => {
      const all = await system();
      await put(observation('gone', 'p2', secret('R')), all);
      await send('DELETE', 'Observation/gone', all);
      expect((await put(observation('gone', 'p1'), await inChart())).status).toBe(403);
      const unrestricted = await clinician('user/Observation.rs?_security:not=R');
      expect([await statusOf('Observation/gone', unrestricted), await statusOf('Observation/gone/_history/1', unrestricted), await statusOf('Observation/_history', unrestricted)]).toEqual([404, 404, 403]); // prettier-ignore
    });

    it('by taking part in somebody else’s record', async () => {
      const who = await inChart();
      const allergy = { resourceType: 'AllergyIntolerance', patient: { reference: 'Patient/p2' }, asserter: { reference: 'Patient/p1' } }; // prettier-ignore
      expect((await api.send(write('POST', '/fhir/AllergyIntolerance', allergy, who))).status).toBe(403);
      await put(observation('performed', 'p2', { performer: [{ reference: 'Patient/p1' }] }), await system());
      expect(await statusOf('Observation/performed', who)).toBe(200);
      const changed = observation('performed', 'p2', {
        performer: [{ reference: 'Patient/p1' }],
        valueString: 'x',
      });
      expect([(await put(changed, who)).status, (await send('DELETE', 'Observation/performed', who)).status]).toEqual([403, 403]); // prettier-ignore
    });

    it('by changing what may not be read, to have it back', async () => {
      const writer = await clinician('user/Observation.u');
      const patched = await send('PATCH', 'Observation/o2', writer, []);
      expect([patched.status, patched.body]).toEqual([200, undefined]);
      expect(patched.headers['etag']).toBeDefined();
    });

    it('by naming another tenant, or none that can be read', async () => {
      const own = await start({ tenant: 'attacked', tenants: ['attacked'] });
      const ask = async (tenant: unknown) => (await own.get('/fhir/Patient', await as('user/*.cruds', { roles: ['clinician'], tenant }))).status; // prettier-ignore
      expect([await ask('attacked'), await ask(undefined), await ask('default'), await ask('attacked-b'), await ask(['attacked']), await ask('')]).toEqual([200, 200, 403, 403, 403, 403]); // prettier-ignore
      await own.app.close();
    });

    it('by being wrong so often that others are not let in', async () => {
      for (let n = 0; n < 70; n += 1) await api.get('/fhir/Patient', { authorization: 'Bearer a.b.c' });
      expect((await api.get('/fhir/Patient', { authorization: 'Bearer a.b.c' })).status).toBe(429);
      expect((await api.get('/fhir/Patient', await clinician())).status).toBe(200);
    });

    it('by totals and conditions that no record is shown for: the audit has whom they were about', async () => {
      const who = await clinician();
      const auditor = await as('user/*.rs', { roles: ['auditor'] });
      const seen = async (query: string) => (await api.get(`/fhir/AuditEvent?_summary=count&${query}`, auditor)).body.total ?? 0; // prettier-ignore
      const before = await seen('patient=Patient/p2&altid=somebody');
      await api.get('/fhir/Observation?patient=p2&value-string=SECRET&_summary=count', who);
      await api.send(write('POST', '/fhir/Observation', observation('x', 'p1'), { ...who, 'if-none-exist': 'subject=Patient/p2&code:missing=true' })); // prettier-ignore
      expect(await seen('patient=Patient/p2&altid=somebody')).toBe(before + 2);
      await put(observation('escaped', 'p1'), await system());
      await api.send(write('PUT', '/fhir/Observation/escaped', JSON.stringify(observation('escaped', 'p2')).replace('Patient/p2', 'P\\u0061tient/p2'), await system())); // prettier-ignore
      await statusOf('Observation/escaped', who);
      expect(await seen('patient=Patient/p2&entity=Observation/escaped&subtype=read')).toBe(1);
    });

    it('by filling the audit of another tenant with whom one is not let in to see', async () => {
      await api.send({ method: 'GET', url: '/fhir/Patient/whose?_x=SECRETB', remoteAddress: '192.0.2.9' });
      const rows = await database().query(`select * from audit_event where address = '192.0.2.9'`);
      expect(rows).toMatchObject([{ agent: 'unknown', action: 'read', resource_type: 'Patient', resource_id: null, patient_id: null, query: null }]); // prettier-ignore
    });

    it('by what an id that is nowhere and one of another tenant do: both execute the same statements', async () => {
      const other = await as('system/*.cruds', { sub: 'app', tenant: 'attacked-b' });
      await put({ resourceType: 'Patient', id: 'foreign' }, other);
      const statements: string[] = [];
      const recording = through(database(), (asked, on) => { statements.push(asked[0]); return on.query(...asked); });
      const watched = await startApi(recording, { authenticator: believing(issuer.url, database()) });
      const who = await system();
      const ask = async (path: string, method: 'GET' | 'DELETE' = 'GET') => {
        statements.length = 0;
        const { status, body } = await watched.send({ method, url: `/fhir/${path}`, headers: who });
        return { status, statements: [...statements], text: JSON.stringify(body ?? null).replaceAll(/foreign|nowhere/gu, 'x').replaceAll(/"(?:lastUpdated|_after)":"[^"]+"/gu, '') };
      };
      for (const path of ['Patient/ID', 'Patient/ID/_history', 'Patient/ID/_history/1', 'Patient/ID/$everything', 'Patient/ID/Observation', 'Patient?_id=ID&_total=accurate', 'Observation?subject=Patient/ID', 'Observation?subject:Patient._id=ID'])
        expect(await ask(path.replace('ID', 'foreign')), path).toEqual(await ask(path.replace('ID', 'nowhere')));
      expect(await ask('Patient/foreign', 'DELETE')).toEqual(await ask('Patient/nowhere', 'DELETE'));
      expect(await statusOf('Patient/foreign', other)).toBe(200);
      await watched.app.close();
    }); // prettier-ignore

    it('by a role that is none of ours, or is built in', async () => {
      for (const roles of [['janitor'], ['constructor'], ['__proto__'], 'toString']) {
        const who = await as('patient/*.cruds user/*.cruds', { patient: 'p2', roles });
        expect([await statusOf('Patient/p2', who), await statusOf('Observation/o2', who)]).toEqual([
          403, 403,
        ]);
      }
    });

    it('by scopes in such numbers that a statement grows with them', async () => {
      const many = Array.from({ length: 40 }, (_scope, n) => `user/*.rs?_tag=a${n}`).join(' ');
      const who = await clinician(many);
      expect([await statusOf('_history', who), await statusOf('Patient', who)]).toEqual([403, 403]);
      const same = await clinician(Array(40).fill('user/Patient.rs?_tag=a').join(' '));
      expect(await statusOf('Patient', same)).toBe(200);
    });

    it('by a token of nobody, or of a time to come', async () => {
      const now = Math.floor(Date.now() / 1000);
      for (const claims of [{ sub: '', client_id: undefined }, { sub: 5 as unknown as string }, { iat: now + 86_400, exp: now + 90_000 }])
        expect((await api.send({ method: 'GET', url: '/fhir/Patient', remoteAddress: '192.0.2.10', headers: await as('system/*.cruds', claims) })).status).toBe(401);
    }); // prettier-ignore
  });
}
