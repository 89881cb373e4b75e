import { validateResource } from '@ehr/fhir/server';
import type { AuditEvent } from 'fhir/r4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../src/config/issuers.ts';
import type { Database } from '../src/database/database.ts';
import { believing } from './believing.ts';
import { type RunningApi, startApi, write } from './start-api.ts';
import { startIssuer, type TestIssuer } from './start-issuer.ts';
import { through } from './through.ts';

/** Who did what to whose records, as an auditor reads it. */
export function describeAudit(database: () => Database): void {
  describe('the audit', () => {
    let issuer: TestIssuer;
    let api: RunningApi;
    const as = async (sub: string, role: Role, claims: object = {}) => ({
      authorization: `Bearer ${await issuer.sign({ sub, roles: [role], scope: 'user/*.cruds', tenant: 'audited', ...claims })}`, // prettier-ignore
    });
    const clara = () => as('clara', 'clinician', { purpose_of_use: 'TREAT' });
    const patient = (id: string) => ({ resourceType: 'Patient', id, name: [{ family: 'Canary' }] });
    const observation = (id: string, of: string) => ({ resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${of}` } }); // prettier-ignore
    const put = async (resource: { readonly resourceType: string; readonly id: string }, who: Record<string, string>) =>
      api.send(write('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource, who)); // prettier-ignore
    const events = async (query: string, who?: Record<string, string>) => {
      const { status, body } = await api.get(
        `/fhir/AuditEvent?${query}`,
        who ?? (await as('audrey', 'auditor')),
      );
      expect([status, body.issue]).toEqual([200, undefined]);
      return { body, events: (body.entry ?? []).map(({ resource }) => resource as unknown as AuditEvent) };
    };
    /** `clara read Observation/o1 0` */
    const lines = (all: readonly AuditEvent[]) => all.map(({ agent, subtype, entity, outcome }) => [agent[0]?.who?.identifier?.value, subtype?.[0]?.code, entity?.[0]?.what?.reference ?? entity?.[0]?.what?.type, outcome].join(' ')); // prettier-ignore

    beforeAll(async () => {
      issuer = await startIssuer();
      api = await startApi(database(), { authenticator: believing(issuer.url, database()) }); // prettier-ignore
      await database().query(`insert into tenant values (31, 'audited')`);
      const who = await clara();
      for (const id of ['a1', 'a2']) await put(patient(id), who);
      await put(observation('o1', 'a1'), who);
      await put(observation('o2', 'a2'), who);
    });
    afterAll(async () => {
      await api.app.close();
      await issuer.stop();
    });

    it('tells who viewed a chart, what of it, from where, with what and what for', async () => {
      const who = await clara();
      await api.get('/fhir/Observation/o1', who);
      await api.get('/fhir/Observation?subject=Patient/a1&_include=Observation:subject', who);
      const { events: all } = await events('patient=Patient/a1');
      expect(lines(all)).toEqual([
        'clara search-type Patient/a1 0',
        'clara search-type Observation/o1 0',
        'clara read Observation/o1 0',
        'clara update Observation/o1 0',
        'clara update Patient/a1 0',
      ]);
      const read = all[2];
      expect(read).toMatchObject({
        action: 'R',
        purposeOfEvent: [{ coding: [{ code: 'TREAT' }] }],
        agent: [
          { who: { identifier: { system: issuer.url, value: 'clara' } }, requestor: true, network: { address: '127.0.0.1' } },
          { who: { identifier: { value: 'app' } }, requestor: false },
        ],
        entity: [{ what: { reference: 'Observation/o1' } }, { what: { reference: 'Patient/a1' } }],
      }); // prettier-ignore
      for (const one of all) expect(validateResource(one, 'AuditEvent')).toEqual([]);
      expect((await api.get(`/fhir/AuditEvent/${read?.id}`, await as('audrey', 'auditor'))).body).toEqual(
        read,
      );
      expect(lines((await events('_count=50', await as('audrey', 'auditor'))).events)).toEqual(expect.arrayContaining(lines(all))); // prettier-ignore
      // Who read the audit of a chart is in it as well.
      expect((await api.get('/fhir/Patient/a1/AuditEvent?_summary=count', await as('audrey', 'auditor'))).body.total).toBe(6); // prettier-ignore
    });

    it('has what was searched for, also where nothing was found, and what was refused', async () => {
      const who = await clara();
      await api.get('/fhir/Patient?name=nobody-at-all', who);
      await api.get('/fhir/Patient/absent', who);
      await api.get('/fhir/Patient/a2', await as('audrey', 'auditor'));
      await api.send({ method: 'DELETE', url: '/fhir/Observation/o2', headers: who });
      const { events: all } = await events('outcome=4,8');
      expect(lines(all)).toEqual(['clara delete Observation/o2 8', 'audrey read Patient/a2 8', 'clara read Patient/absent 4']); // prettier-ignore
      const { events: searches } = await events('subtype=search-type&altid=clara&_count=1');
      expect(Buffer.from(searches[0]?.entity?.[0]?.query ?? '', 'base64').toString()).toBe(
        'name=nobody-at-all',
      );
      expect(api.logLines.join('')).not.toContain('nobody-at-all');
    });

    it('has each record of a history, and whom a change or a delete concerned before', async () => {
      const who = await clara();
      await put(observation('o3', 'a2'), who);
      await put(observation('o3', 'a1'), who);
      await api.get('/fhir/Observation/o3/_history', who);
      await api.send({ method: 'DELETE', url: '/fhir/Observation/o3', headers: await as('app', 'system', { scope: 'system/*.cruds' }) }); // prettier-ignore
      const seen = async (of: string) => lines((await events(`patient=${of}&entity=Observation/o3`)).events);
      expect(await seen('a2')).toEqual(['clara history-instance Observation/o3 0', 'clara update Observation/o3 0', 'clara update Observation/o3 0']); // prettier-ignore
      expect(await seen('a1')).toEqual(['app delete Observation/o3 0', 'clara history-instance Observation/o3 0', 'clara update Observation/o3 0']); // prettier-ignore
    });

    it('is paged without gaps and searched by time, action, address and client', async () => {
      const auditor = await as('audrey', 'auditor');
      const all = lines((await events('_count=200&altid=clara', auditor)).events);
      let page = await events('_count=3&altid=clara', auditor);
      const paged = lines(page.events);
      for (let next; (next = page.body.link.find(({ relation }) => relation === 'next')) !== undefined;) {
        page = await events(new URL(next.url).search.slice(1), auditor);
        paged.push(...lines(page.events));
      }
      expect(paged).toEqual(all);
      const total = async (query: string) => (await events(`_summary=count&${query}`, auditor)).body.total;
      expect(await total('date=gt2100')).toBe(0);
      expect(await total('date=ge2020&action=C,U,D&address=127.0.0.1')).toBeGreaterThan(3);
      expect(await total('altid=urn:other|clara')).toBe(0);
      expect(await total(`altid=${issuer.url}|clara`)).toBeGreaterThan(5);
    });

    it('has several records of one request in one row, and tells of each', async () => {
      const who = await as('paul', 'clinician', { purpose_of_use: 'TREAT' });
      for (const id of ['p1', 'p2', 'p3']) await put(observation(`of-${id}`, id), who);
      const auditor = await as('audrey', 'auditor');
      const all = async (query: string) => (await events(`altid=paul&subtype=search-type&${query}`, auditor)).events; // prettier-ignore
      const rows = async () => (await database().query<{ n: number }>("select count(*)::int as n from audit_event where agent = 'paul'"))[0]?.n ?? 0; // prettier-ignore
      const before = await rows();
      await api.get('/fhir/Observation?subject=p1,p2,p3', who);
      await api.get('/fhir/Observation?subject=p2,p3', who);
      expect(await rows()).toBe(before + 2);
      const found = lines(await all('_count=50'));
      expect([...found].sort()).toEqual(['p1', 'p2', 'p2', 'p3', 'p3'].map((id) => `paul search-type Observation/of-${id} 0`)); // prettier-ignore
      for (const [query, times] of [['patient=p1', 1], ['patient=p3', 2], ['patient=p1,p3', 3], ['entity=Observation/of-p2', 2], ['entity=of-p1', 1], ['entity=Patient/p1', 0], ['patient=p1&entity=Observation/of-p2', 0], ['patient=of-p1', 0]] as const) {
        expect([query, (await all(query)).length]).toEqual([query, times]);
        expect([query, (await events(`altid=paul&subtype=search-type&_summary=count&${query}`, auditor)).body.total]).toEqual([query, times]); // prettier-ignore
      } // prettier-ignore
      // One by one, from the middle of a row to the next.
      let page = await events('altid=paul&subtype=search-type&_count=1', auditor);
      const paged = [...page.events];
      for (let next; (next = page.body.link.find(({ relation }) => relation === 'next')) !== undefined;) {
        page = await events(new URL(next.url).search.slice(1), auditor);
        paged.push(...page.events);
      }
      expect(lines(paged)).toEqual(found);
      expect(new Set(paged.map(({ id }) => id)).size).toBe(5);
      for (const one of paged) {
        expect(validateResource(one, 'AuditEvent')).toEqual([]);
        expect(Buffer.from(one.entity?.[0]?.query ?? '', 'base64').toString()).toMatch(/^subject=p/u);
        expect((await api.get(`/fhir/AuditEvent/${one.id}`, auditor)).body).toEqual(one);
      }
      const [row = ''] = paged[0]?.id?.split('-') ?? [];
      for (const id of [row, `${row}-0`, `${row}-3`, `${row}-1-1`, '0-1']) expect((await api.get(`/fhir/AuditEvent/${id}`, auditor)).status).toBe(404); // prettier-ignore
    });

    it('has refused requests of a bundle as they were sent', async () => {
      const who = await as('quentin', 'clinician');
      const ids = ['null', 'NULL', 'x'];
      const entry = ids.map((id) => ({
        request: { method: 'GET', url: `Observation/${encodeURIComponent(id)}` },
      }));
      await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, who));
      const seen = (await events('altid=quentin', await as('audrey', 'auditor'))).events.map(({ entity }) => entity?.[0]?.what?.reference); // prettier-ignore
      expect(seen.sort()).toEqual(ids.map((id) => `Observation/${id}`).sort());
    });

    it.each([
      'agent-name=x',
      'patient:missing=true',
      '_sort=date',
      '_include=AuditEvent:patient',
      'altid:not=x',
    ])('is not searched by %s', async (query) => {
      const { status } = await api.get(`/fhir/AuditEvent?${query}`, await as('audrey', 'auditor'));
      expect(status).toBe(400);
    });

    it('is written by nobody, and read by auditors alone', async () => {
      const event = { resourceType: 'AuditEvent', id: 'x', type: { code: 'rest' }, recorded: '2026-01-01T00:00:00Z', agent: [{ requestor: true }], source: { observer: { display: 'x' } } }; // prettier-ignore
      const all = await as('app', 'system', { sub: 'app', scope: 'system/*.cruds' });
      expect((await api.send(write('POST', '/fhir/AuditEvent', event, all))).status).toBe(405);
      expect((await put(event, all)).status).toBe(405);
      const entry = [{ resource: event, request: { method: 'POST', url: 'AuditEvent' } }];
      expect((await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, all))).status).toBe(405); // prettier-ignore
      expect((await api.get('/fhir/AuditEvent', await clara())).status).toBe(403);
      const other = await as('audrey', 'auditor', { tenant: 'default' });
      expect((await events('altid=clara', other)).events).toEqual([]);
    });

    it('has every one of many reads at once, in fewer statements than reads', async () => {
      const who = await clara();
      let statements = 0;
      const counted = through(database(), (asked, on) => {
        if (asked[2] === 'audit') statements += 1;
        return on.query(...asked);
      });
      const other = await startApi(counted, { authenticator: believing(issuer.url, database()) }); // prettier-ignore
      const before = (await events('_summary=count&entity=Observation/o1&subtype=read')).body.total ?? 0;
      const answers = await Promise.all(
        Array.from({ length: 60 }, () => other.get('/fhir/Observation/o1', who)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      expect((await events('_summary=count&entity=Observation/o1&subtype=read')).body.total).toBe(
        before + 60,
      );
      expect(statements).toBeLessThan(31);
      await other.app.close();
    });

    it('is written, or nothing is answered', async () => {
      const failing = through(database(), (asked, on) => asked[2] === 'audit' ? Promise.reject(new Error('full')) : on.query(...asked)); // prettier-ignore
      const other = await startApi(failing, { authenticator: believing(issuer.url, database()) }); // prettier-ignore
      const answer = await other.get('/fhir/Observation/o1', await clara());
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([500, expect.not.stringContaining('Patient/a1')]); // prettier-ignore
      await other.app.close();
    });
  });
}
