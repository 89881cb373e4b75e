import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../src/config/issuers.ts';
import type { Database } from '../src/database/database.ts';
import { believing } from './believing.ts';
import { type RunningApi, startApi, write } from './start-api.ts';
import { startIssuer, type TestIssuer } from './start-issuer.ts';

const observation = (patient: string, category = 'laboratory', id?: string) => ({
  resourceType: 'Observation',
  ...(id !== undefined && { id }),
  status: 'final',
  code: { text: 'x' },
  category: [{ coding: [{ code: category }] }],
  subject: { reference: `Patient/${patient}` },
});

/** Who may change what: also by way of a condition, a bundle, or of what a record says of whom it is. */
export function describeAccessWrites(database: () => Database): void {
  describe('what somebody may change', () => {
    let issuer: TestIssuer;
    let api: RunningApi;
    const as = async (scope: string, { roles = [], ...claims }: { readonly roles?: readonly Role[]; readonly [claim: string]: unknown } = {}) => ({
      authorization: `Bearer ${await issuer.sign({ scope, roles: [...roles], tenant: 'writes', ...claims })}`,
    }); // prettier-ignore
    const inChart = (patient: string, scope = 'patient/*.cruds') => as(scope, { patient });
    const clinician = () => as('user/*.cruds', { roles: ['clinician'] });
    const system = () => as('system/*.cruds', { sub: 'app' });
    const put = async (resource: { readonly resourceType: string; readonly id?: string }, who: Record<string, string>) =>
      api.send(write('PUT', `/fhir/${resource.resourceType}/${resource.id}`, resource, who)); // prettier-ignore
    const versionOf = async (address: string) => (await api.get(`/fhir/${address}`, await system())).body.meta?.versionId; // prettier-ignore

    beforeAll(async () => {
      issuer = await startIssuer();
      api = await startApi(database(), { authenticator: believing(issuer.url, database()) }); // prettier-ignore
      await database().query(`insert into tenant values (21, 'writes'), (22, 'writes-b')`);
      for (const tenant of ['writes', 'writes-b'])
        for (const id of ['p1', 'p2']) {
          const who = await as('system/*.cruds', { sub: 'app', tenant });
          expect((await put({ resourceType: 'Patient', id, name: [{ family: tenant }] } as { resourceType: string }, who)).status).toBe(201);
          expect((await put(observation(id, 'laboratory', `of-${id}`), who)).status).toBe(201);
        }
    }); // prettier-ignore
    afterAll(async () => {
      await api.app.close();
      await issuer.stop();
    });

    it('is in the patient’s own chart alone', async () => {
      const who = await inChart('p1');
      expect((await api.send(write('POST', '/fhir/Observation', observation('p1'), who))).status).toBe(201);
      const foreign = await api.send(write('POST', '/fhir/Observation', observation('p2'), who));
      expect([foreign.status, foreign.body.issue[0]?.code]).toEqual([403, 'forbidden']);
      expect((await put(observation('p2', 'laboratory', 'of-p2'), who)).status).toBe(403);
      expect(
        (await api.send({ method: 'DELETE', url: '/fhir/Observation/of-p2', headers: who })).status,
      ).toBe(204);
      expect(await versionOf('Observation/of-p2')).toBe('1');
    });

    it('does not take a record into a chart, nor out of one', async () => {
      const who = await inChart('p1');
      expect((await put(observation('p1', 'laboratory', 'of-p2'), who)).status).toBe(403);
      expect((await put(observation('p2', 'laboratory', 'of-p1'), who)).status).toBe(403);
      const patch = JSON.stringify([{ op: 'replace', path: '/subject/reference', value: 'Patient/p2' }]);
      const patched = await api.send({ method: 'PATCH', url: '/fhir/Observation/of-p1', headers: { ...who, 'content-type': 'application/json-patch+json' }, payload: patch }); // prettier-ignore
      expect(patched.status).toBe(403);
      expect(await versionOf('Observation/of-p1')).toBe('1');
    });

    it('does not show what a record said while it was another patient’s', async () => {
      const all = await system();
      const moved = (patient: string, status: string) => put(Object.assign(observation(patient, 'laboratory', 'moved'), { status }), all);
      expect((await moved('p2', 'final')).status).toBe(201);
      for (const status of ['amended', 'corrected']) expect((await moved('p1', status)).status).toBe(200);
      const who = await inChart('p1');
      const versions = async (headers: Record<string, string>, path = 'Observation/moved/_history') => (await api.get(`/fhir/${path}`, headers)).body.entry?.filter(({ resource }) => resource.id === 'moved').map(({ resource }) => resource.meta.versionId);
      expect([await versions(all), await versions(who)]).toEqual([['3', '2', '1'], ['3', '2']]);
      expect((await api.get('/fhir/Observation/_history', who)).status).toBe(403);
      expect(await versions(who, '_history')).toBeUndefined();
      const read = async (version: number) => (await api.get(`/fhir/Observation/moved/_history/${version}`, who)).status;
      expect([await read(1), await read(2), await read(3)]).toEqual([404, 200, 200]);
      expect((await api.get('/fhir/Observation/moved', await inChart('p2'))).status).toBe(404);
    }); // prettier-ignore

    it('stays within what a scope’s search finds', async () => {
      const who = await inChart('p1', 'patient/Observation.cus?category=laboratory');
      expect((await api.send(write('POST', '/fhir/Observation', observation('p1', 'laboratory'), who))).status).toBe(201); // prettier-ignore
      expect((await api.send(write('POST', '/fhir/Observation', observation('p1', 'vital-signs'), who))).status).toBe(403); // prettier-ignore
      expect((await put(observation('p1', 'vital-signs', 'of-p1'), who)).status).toBe(403);
    });

    it('takes the letter for it: to put what is not there is to create it', async () => {
      const who = await as('user/Observation.u', { roles: ['clinician'] });
      expect((await put(observation('p1', 'laboratory', 'brand-new'), who)).status).toBe(403);
      expect((await put(observation('p1', 'laboratory', 'of-p1'), who)).status).toBe(200);
      expect((await api.send(write('POST', '/fhir/Observation', observation('p1'), who))).status).toBe(403);
      const creator = await as('user/Observation.c', { roles: ['clinician'] });
      expect((await put(observation('p1', 'laboratory', 'of-p1'), creator)).status).toBe(403);
      expect((await put(observation('p1', 'laboratory', 'newer'), creator)).status).toBe(201);
    });

    it('takes the letter to search for what a condition finds', async () => {
      const who = await as('user/Patient.cu', { roles: ['clinician'] });
      const condition = { ...who, 'if-none-exist': 'name=writes' };
      expect((await api.send(write('POST', '/fhir/Patient', { resourceType: 'Patient' }, condition))).status).toBe(403); // prettier-ignore
    });

    it('tells nothing of another tenant by a condition', async () => {
      const who = { ...(await clinician()), 'if-none-exist': 'name=writes-b' };
      const answer = await api.send(write('POST', '/fhir/Patient', { resourceType: 'Patient', name: [{ family: 'other' }] }, who)); // prettier-ignore
      expect(answer.status).toBe(201);
    });

    it('is no delete for a clinician', async () => {
      expect((await api.send({ method: 'DELETE', url: '/fhir/Observation/of-p1', headers: await clinician() })).status).toBe(403); // prettier-ignore
    });

    it('is all or nothing in a transaction, and each for itself in a batch', async () => {
      const who = await inChart('p1');
      const entry = ['p1', 'p2'].map((id) => ({ resource: observation(id), request: { method: 'POST', url: 'Observation' } })); // prettier-ignore
      const count = async () => (await api.get('/fhir/Observation?_summary=count', await system())).body.total ?? 0; // prettier-ignore
      const before = await count();
      const whole = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }, who)); // prettier-ignore
      expect([whole.status, whole.body.issue[0]?.expression]).toEqual([403, ['Bundle.entry[1]']]);
      expect(await count()).toBe(before);
      const each = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry }, who)); // prettier-ignore
      expect(each.body.entry?.map(({ response }) => response.status.slice(0, 3))).toEqual(['201', '403']);
    });

    it('names no record that may not be read when something refers to what is deleted', async () => {
      const who = await as('user/Patient.cruds', { roles: ['administrator'] });
      const answer = await api.send({ method: 'DELETE', url: '/fhir/Patient/p1', headers: who });
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([409, expect.not.stringContaining('Observation/')]); // prettier-ignore
      expect(answer.body.issue[0]?.diagnostics).toContain('another record refers to it');
    });

    it('is the same in the other tenant, untouched', async () => {
      const who = await as('system/*.cruds', { sub: 'app', tenant: 'writes-b' });
      const all = await api.get('/fhir/Observation?_count=50', who);
      expect(all.body.entry?.map(({ resource }) => [resource.id, resource.meta.versionId])).toEqual([['of-p2', '1'], ['of-p1', '1']]); // prettier-ignore
    });
  });
}
