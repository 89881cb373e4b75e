import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

const anna = { resourceType: 'Patient', name: [{ family: 'Müller', given: ['Anna'] }], gender: 'female' };

/** Create, read, update and history, the same on every database. */
export function describeRecords(database: () => Database): void {
  describe('records', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
    });

    it('creates a record with an id, a version and headers that name them', async () => {
      const { status, headers, body } = await api.create({ ...anna, id: 'mine' });
      expect([status, headers['etag'], body.meta.versionId]).toEqual([201, 'W/"1"', '1']);
      expect(headers['location']).toMatch(new RegExp(`/fhir/Patient/${body.id}/_history/1$`, 'u'));
      expect(headers['content-type']).toContain('application/fhir+json');
      expect(new Date(String(headers['last-modified'])).getTime()).toBeGreaterThan(0);
      expect(body.id).not.toBe('mine');
      expect(body).toMatchObject(anna);
    });

    it('answers a read with what was written, and 304 to who has it', async () => {
      const { body } = await api.create(anna);
      const read = await api.get(`/fhir/Patient/${body.id}`);
      expect([read.status, read.body]).toEqual([200, body]);
      const again = await api.get(`/fhir/Patient/${body.id}`, { 'if-none-match': 'W/"1"' });
      expect([again.status, again.body, again.headers['etag']]).toEqual([304, undefined, 'W/"1"']);
    });

    it('updates with a new version and keeps the old ones', async () => {
      const { body } = await api.create(anna);
      const url = `/fhir/Patient/${body.id}`;
      const updated = await api.send(
        write('PUT', url, { ...body, birthDate: '1980-05' }, { 'if-match': 'W/"1"' }),
      );
      expect([updated.status, updated.headers['etag'], updated.body.birthDate]).toEqual([
        200,
        'W/"2"',
        '1980-05',
      ]);
      expect((await api.get(`${url}/_history/1`)).body).toEqual(body);
      expect((await api.get(`${url}/_history/2`)).body).toEqual(updated.body);
      const history = (await api.get(`${url}/_history`)).body;
      expect(history.total).toBe(2);
      expect(history.entry?.map((entry) => entry.request)).toEqual([
        { method: 'PUT', url: `Patient/${body.id}` },
        { method: 'POST', url: 'Patient' },
      ]);
    });

    it('refuses an update of another version than the current one, and changes nothing', async () => {
      const { body } = await api.create(anna);
      const url = `/fhir/Patient/${body.id}`;
      const refused = await api.send(write('PUT', url, body, { 'if-match': 'W/"7"' }));
      expect([refused.status, refused.body.issue[0]?.code]).toEqual([412, 'conflict']);
      expect((await api.get(url)).body.meta.versionId).toBe('1');
    });

    it('lets one of two updates of the same version win', async () => {
      const { body } = await api.create(anna);
      const put = () => api.send(write('PUT', `/fhir/Patient/${body.id}`, body, { 'if-match': 'W/"1"' }));
      const answers = await Promise.all([put(), put(), put()]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412]);
    });

    it('creates by PUT under an id the client chose, once, also when asked at the same time', async () => {
      const put = () => api.send(write('PUT', '/fhir/Patient/chosen-1', { ...anna, id: 'chosen-1' }));
      const answers = await Promise.all([put(), put()]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 201]);
      const conditional = write(
        'PUT',
        '/fhir/Patient/none',
        { ...anna, id: 'none' },
        { 'if-match': 'W/"1"' },
      );
      expect((await api.send(conditional)).status).toBe(412);
    });

    it('leaves the body out for Prefer: return=minimal', async () => {
      const answer = await api.send(write('POST', '/fhir/Patient', anna, { prefer: 'return=minimal' }));
      expect([answer.status, answer.body]).toEqual([201, undefined]);
    });

    it('finds an updated record by its new values only', async () => {
      const { body } = await api.create({ ...anna, identifier: [{ system: 'urn:x', value: 'before' }] });
      const identifier = [{ system: 'urn:x', value: 'after' }];
      await api.send(write('PUT', `/fhir/Patient/${body.id}`, { ...body, identifier }));
      const count = async (value: string) =>
        (await api.get(`/fhir/Patient?identifier=${value}&_count=0`)).body.total;
      expect([await count('before'), await count('after')]).toEqual([0, 1]);
    });

    it('records who saw and changed what, and lets nobody rewrite that', async () => {
      const { body } = await api.create(anna);
      await api.get(`/fhir/Patient/${body.id}`);
      await api.get(`/fhir/Patient?_id=${body.id}`);
      await api.send(write('PUT', `/fhir/Patient/${body.id}`, body, { 'if-match': 'W/"9"' }));
      const rows = await database().query<{ action: string; outcome: string }>(
        "select action, outcome from audit_event where resource_type = 'Patient' and resource_id = $1 order by pk",
        [body.id],
      );
      expect(rows.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
        'create success',
        'read success',
        'search-type success',
        'update conflict',
      ]);
      for (const sql of [
        'delete from audit_event',
        "update audit_event set agent = 'x'",
        'truncate audit_event',
        'delete from audit_about',
        'update audit_about set event = 1',
        'truncate audit_about',
      ])
        await expect(database().query(sql)).rejects.toThrowError('append-only');
    });
  });
}
