import type { AuditEvent } from 'fhir/r4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { reindex } from '../src/reindex/reindex.ts';
import { believing } from './believing.ts';
import { chart, hints, label, observation, type Resource, ways } from './glass-world.ts';
import { dependenciesOf, type RunningApi, startApi, write } from './start-api.ts';
import { type Claims, startIssuer, type TestIssuer } from './start-issuer.ts';

type Headers = Record<string, string>;
/** What is labelled as restricted is there for who broke the glass of its patient, and for nobody else. */
export function describeBreakGlass(database: () => Database): void {
  describe('breaking the glass', () => {
    let issuer: TestIssuer;
    let api: RunningApi;
    const as = async (sub: string, claims: Claims = {}): Promise<Headers> => ({ authorization: `Bearer ${await issuer.sign({ sub, roles: ['clinician'], scope: 'user/*.cruds', tenant: 'glass', ...claims })}` }); // prettier-ignore
    const system = (tenant = 'glass') => as('app', { scope: 'system/*.cruds', roles: [], tenant });
    const put = async (one: Resource, who: Headers) => (await api.send(write('PUT', `/fhir/${one.resourceType}/${one.id}`, one, who))).status; // prettier-ignore
    const open = (
      patient: string,
      who: Headers,
      sent: object = { reason: 'unconscious in the shock room' },
    ) => {
      const parameter = Object.entries(sent).map(([name, value]) => typeof value === 'number' ? { name, valueInteger: value } : { name, valueString: String(value) }); // prettier-ignore
      return api.send(write('POST', `/fhir/Patient/${patient}/$break-glass`, { resourceType: 'Parameters', parameter }, who)); // prettier-ignore
    };
    /** Which ways show what is restricted of a patient. */
    const shown = async (patient: string, who: Headers) => {
      const seen: string[] = [];
      for (const path of ways(patient)) {
        const { status, body } = await api.get(`/fhir/${path}`, who);
        if (JSON.stringify(body).includes(`"CANARY${patient}"`)) seen.push(path);
        else expect([200, 404]).toContain(status);
      }
      const batch = ways(patient)
        .slice(0, 12)
        .map((url) => ({ request: { method: 'GET', url } }));
      for (const type of ['batch', 'transaction']) {
        const entry = type === 'batch' ? batch : batch.slice(8, 10);
        const { body } = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type, entry }, who));
        if (JSON.stringify(body).includes(`"CANARY${patient}"`)) seen.push(type);
      }
      return seen;
    };
    const told = async (patient: string, who: Headers) => {
      const totals = [];
      for (const [path] of hints(patient)) totals.push([path, (await api.get(`/fhir/${path}`, who)).body.total]); // prettier-ignore
      return totals;
    };
    const everyWay = (patient: string) => [...ways(patient), 'batch', 'transaction'];
    const events = async (query: string) => {
      const { body } = await api.get(`/fhir/AuditEvent?${query}`, await as('audrey', { roles: ['auditor'] }));
      return (body.entry ?? []).map(({ resource }) => resource as unknown as AuditEvent);
    };
    /** As if their time were over. */
    const expire = (subject: string) => database().query('update opened_chart set until = clock_timestamp() where subject = $1', [subject]); // prettier-ignore

    beforeAll(async () => {
      issuer = await startIssuer();
      api = await startApi(database(), { authenticator: believing(issuer.url, database()) });
      await database().query(`insert into tenant values (51, 'glass'), (52, 'glass-b')`);
      for (const tenant of ['glass', 'glass-b']) {
        const who = await system(tenant);
        for (const resource of ['p1', 'p2'].flatMap(chart)) expect(await put(resource, who)).toBe(201);
        for (const p of ['p1', 'p2']) expect(await put({ ...observation(`secret-${p}`, p), ...label('R'), valueString: `CANARY${p}`, derivedFrom: [{ reference: `Observation/open-${p}` }] }, who)).toBe(200); // prettier-ignore
      }
    });
    afterAll(async () => {
      await api.app.close();
      await issuer.stop();
    });

    it('is needed by whoever is employed, however they ask; not by programs, nor by the patient', async () => {
      for (const roles of [['clinician'], ['front-desk', 'clinician'], ['front-desk'], ['administrator']])
        for (const path of ['Observation/secret-p1', 'Patient/p1/$everything', 'Observation?patient=p1', 'Condition?patient=p1']) // prettier-ignore
          expect(JSON.stringify((await api.get(`/fhir/${path}`, await as('x', { roles }))).body), path).not.toContain('CANARY'); // prettier-ignore
      const clara = await as('clara');
      expect(await shown('p1', clara)).toEqual([]);
      expect(await told('p1', clara)).toEqual(hints('p1'));
      expect(await shown('p1', await system())).toEqual(everyWay('p1'));
      const patient = await as('p', { roles: [], scope: 'patient/*.rs', patient: 'p1' });
      expect(JSON.stringify((await api.get('/fhir/Observation?_id=secret-p1', patient)).body)).toContain('CANARYp1'); // prettier-ignore
      const launched = await as('clara', { scope: 'patient/*.rs', patient: 'p1' });
      expect((await api.get('/fhir/Observation/secret-p1', launched)).status).toBe(404);
    });

    it('shows all of that patient, and of nobody else, to nobody else, and not in another tenant', async () => {
      const carl = await as('carl');
      const { status, body } = await open('p1', carl, {
        reason: 'unconscious in the shock room',
        minutes: 5,
      });
      const [until] = (body as unknown as { parameter: { valueInstant: string }[] }).parameter;
      expect(status).toBe(200);
      expect(Math.abs(Date.parse(until?.valueInstant ?? '') - Date.now() - 300_000)).toBeLessThan(60_000);
      expect(await shown('p1', carl)).toEqual(everyWay('p1'));
      expect((await told('p1', carl)).every(([, total], index) => total !== hints('p1')[index]?.[1])).toBe(true); // prettier-ignore
      for (const [patient, who] of [
        ['p2', carl],
        ['p1', await as('clara')],
        ['p1', await as('carl', { tenant: 'glass-b' })],
      ] as const) {
        // prettier-ignore
        expect(await shown(patient, who)).toEqual([]);
        expect(await told(patient, who)).toEqual(hints(patient));
      }
      // It lifts the label, not what role and scopes allow.
      expect(JSON.stringify((await api.get('/fhir/Observation?patient=p1', await as('carl', { scope: 'user/Condition.rs' }))).body)).not.toContain('CANARY'); // prettier-ignore
      expect((await api.get('/fhir/Observation/secret-p1', await as('carl', { roles: ['front-desk'] }))).status).toBe(403); // prettier-ignore
      expect((await api.send({ method: 'DELETE', url: '/fhir/Observation/secret-p1', headers: carl })).status).toBe(403); // prettier-ignore
      expect((await api.get('/fhir/AuditEvent?patient=Patient/p1', carl)).status).toBe(403);
    }, 60_000);

    it('ends at its time, on every replica, without a job', async () => {
      const dora = await as('dora');
      expect((await open('p1', dora)).status).toBe(200);
      const replica = await startApi(database(), { authenticator: believing(issuer.url, database()) });
      expect((await replica.get('/fhir/Observation/secret-p1', dora)).status).toBe(200);
      await expire('dora');
      expect((await replica.get('/fhir/Observation/secret-p1', dora)).status).toBe(404);
      expect(await shown('p1', dora)).toEqual([]);
      expect(await told('p1', dora)).toEqual(hints('p1'));
      await replica.app.close();
    });

    it('takes a reason, a time within the limit, a clinician, and a patient who is there', async () => {
      const clara = await as('clara');
      const refused: readonly (readonly [status: number, patient: string, who: Headers, sent?: object])[] = [
        [400, 'p1', clara, {}], [400, 'p1', clara, { reason: '    x   ' }], [400, 'p1', clara, { reason: 'x'.repeat(501) }],
        [400, 'p1', clara, { reason: 'a good reason', minutes: 0 }], [400, 'p1', clara, { reason: 'a good reason', minutes: 241 }], [400, 'p1', clara, { reason: 'a good reason', patient: 'p2' }],
        [403, 'p1', await as('x', { roles: ['front-desk'] })], [403, 'p1', await as('x', { roles: ['auditor'] })], [403, 'p1', await as('x', { roles: ['administrator'] })], [403, 'p1', await system()],
        [403, 'p1', await as('p', { roles: [], scope: 'patient/*.rs', patient: 'p1' })], [403, 'p1', await as('clara', { scope: 'user/Observation.rs' })], [403, 'absent', await as('x', { roles: ['front-desk'] })],
        [404, 'absent', clara],
      ]; // prettier-ignore
      for (const [status, patient, who, sent] of refused)
        expect((await open(patient, who, sent)).status, JSON.stringify([patient, sent])).toBe(status);
      await put({ resourceType: 'Patient', id: 'foreign' }, await system('glass-b'));
      const texts = await Promise.all(['absent', 'foreign'].map(async (id) => JSON.stringify((await open(id, clara)).body))); // prettier-ignore
      expect(texts[0]).toBe(texts[1]);
      expect((await api.send(write('POST', '/fhir/Patient/p1/$break-glass', '', clara))).status).toBe(400);
      const entry = [{ resource: { resourceType: 'Parameters' }, request: { method: 'POST', url: 'Patient/p1/$break-glass' } }]; // prettier-ignore
      expect((await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, clara))).status).toBe(400); // prettier-ignore
      const { body } = await api.send(
        write('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry }, clara),
      );
      expect(body.entry?.map(({ response }) => response.status.slice(0, 3))).toEqual(['400']);
      const other = entry.map(({ request }) => ({ request, resource: { resourceType: 'Parameters', parameter: [{ name: 'reason', valueString: 'in a batch of a desk' }] } })); // prettier-ignore
      const desk = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry: other }, await as('x', { roles: ['front-desk'] }))); // prettier-ignore
      expect(desk.body.entry?.map(({ response }) => response.status.slice(0, 3))).toEqual(['403']);
      expect(await database().query(`select * from opened_chart where subject in ('clara', 'x', 'app', 'p')`)).toEqual([]); // prettier-ignore
    });

    it('is an alert in the audit, with its reason; what is seen so has that purpose', async () => {
      const eve = await as('eve', { purpose_of_use: 'TREAT' });
      await api.get('/fhir/Observation/open-p2', eve);
      await open('p2', eve, { reason: 'allergies are not known' });
      await open('p2', await as('x', { roles: ['front-desk'] }));
      await api.get('/fhir/Observation/secret-p2', eve);
      await api.get('/fhir/Observation/open-p1', eve);
      const [refused, alert] = await events('type=110113&patient=Patient/p2');
      expect(alert).toMatchObject({
        type: { code: '110113', display: 'Security Alert' },
        subtype: [{ code: '110127' }, { code: 'break-glass' }],
        action: 'E',
        outcome: '0',
        purposeOfEvent: [{ coding: [{ code: 'TREAT' }] }, { coding: [{ code: 'BTG' }] }],
        agent: [{ who: { identifier: { value: 'eve' } } }, {}],
        entity: [{ what: { reference: 'Patient/p2' }, description: 'allergies are not known' }],
      });
      expect(refused).toMatchObject({ outcome: '8', agent: [{ who: { identifier: { value: 'x' } } }, {}] });
      expect((await events('subtype=110127&altid=eve')).map(({ id }) => id)).toEqual([alert?.id]);
      expect((await events('type=rest&altid=eve&subtype=break-glass')).length).toBe(0);
      const purposes = (await events('altid=eve&subtype=read')).map(({ entity, purposeOfEvent = [] }) => [entity?.[0]?.what?.reference, ...purposeOfEvent.map(({ coding }) => coding?.[0]?.code)]); // prettier-ignore
      expect(purposes).toEqual([['Observation/open-p1', 'TREAT'], ['Observation/secret-p2', 'TREAT', 'BTG'], ['Observation/open-p2', 'TREAT']]); // prettier-ignore
    });

    it('is no way to write what one may not see, or to take a label off', async () => {
      const clara = await as('clara');
      const patch = (who: Headers, op: object) => api.send({ method: 'PATCH', url: '/fhir/Observation/secret-p1', headers: { ...who, 'content-type': 'application/json-patch+json' }, payload: JSON.stringify([op]) }); // prettier-ignore
      const mine = observation('secret-p1', 'p1', { valueString: 'mine' });
      expect([await put(mine, clara), (await patch(clara, { op: 'test', path: '/valueString', value: 'CANARYp1' })).status]).toEqual([403, 404]); // prettier-ignore
      const conditional = await api.send(write('PUT', '/fhir/Observation?value-string=CANARYp1', { ...mine, id: 'secret-p1' }, clara)); // prettier-ignore
      expect(conditional.status).toBe(403);
      const frank = await as('frank');
      await open('p1', frank);
      const kept = { ...mine, ...label('R'), valueString: 'CANARYp1', note: [{ text: 'seen' }], derivedFrom: [{ reference: 'Observation/open-p1' }] }; // prettier-ignore
      expect([await put(mine, frank), await put(kept, frank), (await patch(frank, { op: 'remove', path: '/meta/security' })).status]).toEqual([403, 200, 403]); // prettier-ignore
      // Who labels a record need not see it afterwards.
      const fresh = { ...observation('own', 'p2'), ...label('R'), valueString: 'CANARYown' };
      expect(await put(observation('own', 'p2'), clara)).toBe(201);
      const answer = await api.send(write('PUT', '/fhir/Observation/own', fresh, clara));
      expect([answer.status, answer.body, (await api.get('/fhir/Observation/own', clara)).status]).toEqual([200, undefined, 404]); // prettier-ignore
      expect((await api.get('/fhir/Observation/own/_history/1', clara)).status).toBe(404);
    });

    it('hides a patient who is restricted as a whole, and opens their chart as well', async () => {
      await put({ resourceType: 'Patient', id: 'known', name: [{ family: 'CANARYknown' }], ...label('V') }, await system()); // prettier-ignore
      await put(observation('of-known', 'known'), await system());
      const paths = ['Patient/known', 'Patient?family=CANARYknown', 'Patient/known/$everything', 'Observation?_id=of-known&_include=*', 'Patient/known/_history']; // prettier-ignore
      const seen = async (who: Headers) => (await Promise.all(paths.map((path) => api.get(`/fhir/${path}`, who)))).filter(({ body }) => JSON.stringify(body).includes('"CANARYknown"')).length; // prettier-ignore
      const gina = await as('gina');
      expect([await seen(gina), (await open('known', gina)).status, await seen(gina)]).toEqual([0, 200, paths.length]); // prettier-ignore
    });

    it('holds for what only an old version said, for labels in escapes, and for what an earlier release wrote', async () => {
      const [clara, all] = [await as('clara'), await system()];
      const changed = observation('changed', 'p2', { ...label('R'), valueString: 'CANARYp2' });
      expect([await put(changed, all), await put(observation('changed', 'p2'), all)]).toEqual([201, 200]);
      expect((await api.get('/fhir/Observation/changed', clara)).status).toBe(200);
      for (const path of [
        'Observation/changed/_history',
        'Observation/changed/_history/1',
        'Observation/_history?_count=100',
        '_history?_count=1000',
      ])
        // prettier-ignore
        expect(JSON.stringify((await api.get(`/fhir/${path}`, clara)).body), path).not.toContain('CANARYp2');
      const escaped = JSON.stringify(observation('escaped', 'p2', { ...label('R'), valueString: 'CANARYp2' })).replace('v3-Conf', 'v3\\u002dConf'); // prettier-ignore
      expect((await api.send(write('PUT', '/fhir/Observation/escaped', escaped, all))).status).toBe(201);
      expect((await api.get('/fhir/Observation/escaped', clara)).status).toBe(404);
      await database().query(`update resource set restricted = false where id = 'secret-p2'`);
      expect((await api.get('/fhir/Observation/secret-p2', clara)).status).toBe(200);
      await reindex((await dependenciesOf(database())).context, () => undefined);
      expect((await api.get('/fhir/Observation/secret-p2', clara)).status).toBe(404);
      await api.send({ method: 'DELETE', url: '/fhir/Observation/escaped', headers: all });
      expect([(await api.get('/fhir/Observation/escaped', clara)).status, (await api.get('/fhir/Observation/escaped', all)).status]).toEqual([404, 410]); // prettier-ignore
    });
  });
}
