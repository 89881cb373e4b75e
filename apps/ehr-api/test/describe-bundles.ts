import { beforeAll, describe, expect, it } from 'vitest';
import { defaults } from '../src/config/fhir-settings.ts';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
const entry = (method: Method, url: string, resource?: object, fullUrl?: string, request: object = {}) => ({
  ...(fullUrl !== undefined && { fullUrl }),
  ...(resource !== undefined && { resource }),
  request: { method, url, ...request },
});
const patient = (value: string) => ({ resourceType: 'Patient', identifier: [{ system: 'urn:b', value }] });
const observation = (reference: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference },
});

/** Batches and transactions, the same on every database. */
export function describeBundles(database: () => Database): void {
  describe('bundles', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
    });

    const post = (type: string, ...entries: object[]) =>
      api.send(
        write('POST', '/fhir', {
          resourceType: 'Bundle',
          type,
          ...(entries.length > 0 && { entry: entries }),
        }),
      );
    const statuses = (answer: Awaited<ReturnType<typeof post>>) =>
      answer.body.entry?.map(({ response }) => response.status);
    const idOf = (location: string) => location.split('/').at(-3) ?? '';
    const count = async (query: string) => (await api.get(`/fhir/${query}&_count=0`)).body.total;

    it('does a batch entry by entry, each with its own outcome', async () => {
      const answer = await post(
        'batch',
        entry('POST', 'Patient', patient('batch')),
        entry('POST', 'Patient', { ...patient('batch'), gender: 'x' }),
        entry('GET', 'Patient/nobody'),
        entry('GET', 'Patient?identifier=urn:b|batch'),
        entry('DELETE', 'Nonsense/1'),
      );
      expect([answer.status, answer.body.type]).toEqual([200, 'batch-response']);
      expect(statuses(answer)).toEqual([
        '201 Created',
        '400 Bad Request',
        '404 Not Found',
        '200 OK',
        '404 Not Found',
      ]);
      expect(answer.body.entry?.[1]?.response.outcome.issue[0]?.expression).toEqual(['Patient.gender']);
      expect(answer.body.entry?.[3]?.resource.entry).toHaveLength(1);
    });

    it('does a transaction whole: references between its entries lead to what they became', async () => {
      const [urn, other] = [
        'urn:uuid:0d0e9f2c-8a0b-4f6e-9a8c-1e1f5b3c2a10',
        'http://old.example/fhir/Patient/7',
      ];
      const answer = await post(
        'transaction',
        entry('POST', 'Observation', { ...observation(urn), identifier: [{ system: 'urn:ietf:rfc:3986', value: urn }] }, 'http://old.example/fhir/Observation/1'), // prettier-ignore
        entry('POST', 'Patient', { ...patient('t1'), text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${other}">x</a></div>` } }, urn), // prettier-ignore
        entry('POST', 'Observation', observation('Patient/7'), 'http://old.example/fhir/Observation/2'),
        entry('POST', 'Patient', patient('t2'), other),
        entry('POST', 'Observation', observation(`${other}/_history/3`)),
        entry('GET', 'Patient?identifier=urn:b|t2'),
      );
      expect([answer.status, answer.body.type]).toEqual([200, 'transaction-response']);
      const ids = (answer.body.entry ?? []).map(({ response }) => idOf(response.location ?? ''));
      const subject = async (index: number) =>
        ((await api.get(`/fhir/Observation/${ids[index]}`)).body as unknown as ReturnType<typeof observation>).subject.reference; // prettier-ignore
      expect(await subject(0)).toBe(`Patient/${ids[1]}`);
      expect(await subject(2)).toBe(`Patient/${ids[3]}`);
      expect(await subject(4)).toBe(`Patient/${ids[3]}/_history/1`);
      // An identifier is no link, whatever it looks like.
      expect((await api.get(`/fhir/Observation/${ids[0]}`)).body.identifier[0]?.value).toBe(urn);
      expect((await api.app.inject(`/fhir/Patient/${ids[1]}`)).body).toContain(
        `href=\\"Patient/${ids[3]}\\"`,
      );
      expect(answer.body.entry?.[5]?.resource.entry?.[0]?.resource.id).toBe(ids[3]);
      expect(await count(`Observation?subject=Patient/${ids[1]}`)).toBe(1);
    });

    it('resolves conditional references and conditional creates', async () => {
      const first = await post('transaction', entry('POST', 'Patient', patient('c1')));
      const id = idOf(first.body.entry?.[0]?.response.location ?? '');
      const again = await post(
        'transaction',
        entry('POST', 'Observation', observation('Patient?identifier=urn:b|c1')),
        entry('POST', 'Patient', patient('c1'), 'urn:uuid:11111111-1111-4111-8111-111111111111', { ifNoneExist: 'identifier=urn:b|c1' }), // prettier-ignore
        entry('POST', 'Observation', observation('urn:uuid:11111111-1111-4111-8111-111111111111')),
      );
      expect(statuses(again)).toEqual(['201 Created', '200 OK', '201 Created']);
      expect(await count(`Observation?subject=Patient/${id}`)).toBe(2);
      const refused = await post(
        'transaction',
        entry('POST', 'Observation', observation('Patient?identifier=urn:b|no')),
      );
      expect([refused.status, refused.body.issue[0]?.expression]).toEqual([
        412,
        ['Bundle.entry[0].resource.subject.reference'],
      ]);
    });

    it('deletes, creates, updates, patches and reads, in that order whatever theirs is', async () => {
      await api.send(write('PUT', '/fhir/Patient/order-1', { ...patient('o1'), id: 'order-1' }));
      await api.send(
        write('PUT', '/fhir/Observation/order-2', { ...observation('Patient/order-1'), id: 'order-2' }),
      );
      await api.send(
        write('PUT', '/fhir/Patient/order-3', { ...patient('o3'), id: 'order-3', active: true }),
      );
      const operations = [{ op: 'replace', path: '/active', value: false }];
      const data = Buffer.from(JSON.stringify(operations)).toString('base64');
      const answer = await post(
        'transaction',
        entry('GET', 'Patient/order-3'),
        entry('PATCH', 'Patient/order-3', {
          resourceType: 'Binary',
          contentType: 'application/json-patch+json',
          data,
        }),
        entry('PUT', 'Patient/order-4', { ...patient('o4'), id: 'order-4' }, undefined, { ifNoneMatch: '*' }),
        // It is referred to by what is deleted as well.
        entry('DELETE', 'Patient/order-1'),
        entry('DELETE', 'Observation/order-2'),
      );
      expect(statuses(answer)).toEqual([
        '200 OK',
        '200 OK',
        '201 Created',
        '204 No Content',
        '204 No Content',
      ]);
      expect(answer.body.entry?.[0]?.resource.meta.versionId).toBe('2');
      expect((await api.get('/fhir/Patient/order-1')).status).toBe(410);
    });

    it('is refused whole, with every fault of every entry in its place', async () => {
      const before = await count('Patient?identifier=urn:b|whole');
      const answer = await post(
        'transaction',
        entry('POST', 'Patient', patient('whole')),
        entry('POST', 'Patient', { ...patient('whole'), gender: 'x', birthDate: 'y' }),
        entry('PUT', 'Patient/a', { ...patient('whole'), id: 'b' }),
        entry('POST', 'Nonsense', patient('whole')),
        entry('PUT', 'Patient/twice', { ...patient('whole'), id: 'twice' }),
        entry('PUT', 'Patient/twice', { ...patient('whole'), id: 'twice' }),
      );
      expect(answer.status).toBe(400);
      expect(answer.body.issue.map(({ expression }) => expression?.[0])).toEqual([
        'Bundle.entry[1].resource.gender',
        'Bundle.entry[1].resource.birthDate',
        'Bundle.entry[2].resource.id',
        'Bundle.entry[3]',
        'Bundle.entry[5]',
      ]);
      expect(await count('Patient?identifier=urn:b|whole')).toBe(before);
      expect((await api.get('/fhir/Patient/twice')).status).toBe(404);
    });

    it('is refused whole where a condition of one entry does not hold', async () => {
      await api.send(write('PUT', '/fhir/Patient/held', { ...patient('held'), id: 'held' }));
      const answer = await post(
        'transaction',
        entry('POST', 'Patient', patient('held-not')),
        entry('PUT', 'Patient/held', { ...patient('held'), id: 'held' }, undefined, { ifMatch: 'W/"9"' }),
      );
      expect([answer.status, answer.body.issue[0]?.expression]).toEqual([412, ['Bundle.entry[1]']]);
      expect(await count('Patient?identifier=urn:b|held-not')).toBe(0);
    });

    it('takes an empty one, and none that is too long or something else', async () => {
      expect(statuses(await post('transaction'))).toBeUndefined();
      const small = await startApi(database(), { settings: { ...defaults.settings, mostEntries: 2 } });
      const three = [1, 2, 3].map(() => entry('GET', 'Patient/x'));
      const long = await small.send(
        write('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry: three }),
      );
      expect([long.status, long.body.issue[0]?.code]).toEqual([413, 'too-costly']);
      expect((await post('document', entry('GET', 'x'))).status).toBe(400);
      expect((await api.send(write('POST', '/fhir', patient('x')))).status).toBe(400);
      expect(
        (await api.send(write('POST', '/fhir', '{"resourceType":"Bundle","type":"batch","entry":5}'))).status,
      ).toBe(400);
      expect((await api.send({ method: 'DELETE', url: '/fhir' })).status).toBe(405);
    });

    it('is in the audit entry by entry, also where nothing was found', async () => {
      const before =
        "select count(*)::int as count from audit_event where action = 'search-type' and resource_id is null";
      const count = async () => (await database().query<{ count: number }>(before))[0]?.count ?? 0;
      const was = await count();
      await post('transaction', entry('GET', 'Patient?identifier=urn:b|nobody'));
      expect(await count()).toBe(was + 1);
    });

    it('writes hundreds of resources in as many statements as one', async () => {
      const many = Array.from({ length: 300 }, (_, index) => entry('POST', 'Observation', observation('Patient/many'), `urn:uuid:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`)); // prettier-ignore
      await api.send(write('PUT', '/fhir/Patient/many', { ...patient('many'), id: 'many' }));
      const answer = await post('transaction', ...many);
      expect(answer.body.entry).toHaveLength(300);
      expect(await count('Observation?subject=Patient/many')).toBe(300);
      const rows = await database().query(
        "select 1 from audit_event where action = 'create' and ($1 = resource_id or $1 = any(resource_ids))",
        [idOf(answer.body.entry?.[299]?.response.location ?? '')],
      );
      expect(rows).toHaveLength(1);
    });
  });
}
