import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

type Entry = ReturnType<typeof entry>;
const entry = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, resource?: object, others: object = {}) => ({
  ...(resource !== undefined && { resource }),
  request: { method, url },
  ...others,
}); // prettier-ignore
const patient = { resourceType: 'Patient', identifier: [{ system: 'urn:refused', value: 'r' }] };
const version = (versionId: string) => ({ ...patient, meta: { versionId } });

/** Bundles that are refused whole, the same on every database. */
export function describeRefusedBundles(database: () => Database): void {
  describe('refused bundles', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      await api.send(write('PUT', '/fhir/Patient/bundled', { ...patient, id: 'bundled' }));
      await api.send(
        write('PUT', '/fhir/Observation/bundled', {
          resourceType: 'Observation',
          id: 'bundled',
          status: 'final',
          code: { text: 'x' },
          subject: { reference: 'Patient/bundled' },
        }),
      );
    });

    const post = (type: string, entries: readonly object[]) =>
      api.send(write('POST', '/fhir', { resourceType: 'Bundle', type, entry: entries }));
    /** What the answered request left in the audit. */
    const auditOf = async ({ headers }: Awaited<ReturnType<typeof post>>) => {
      const rows = await database().query<{ row: string }>(
        `select concat_ws(' ', action, resource_type, coalesce(a.id, '-'), outcome) as row
         from audit_event cross join lateral unnest(coalesce(resource_ids, array[resource_id])) as a (id) where request_id = $1`,
        [headers['x-request-id']],
      );
      return rows.map(({ row }) => row).sort();
    };
    const alone = ({ request: { method, url }, resource }: Entry) =>
      api.send(
        method === 'POST' || method === 'PUT'
          ? write(method, `/fhir/${url}`, resource)
          : { method, url: `/fhir/${url}` },
      );

    it.each<[number, string, readonly string[], readonly Entry[]]>([
      [
        400,
        'an invalid resource',
        ['create Patient - refused', 'read Patient bundled refused', 'search-type Patient - refused'],
        [
          entry('POST', 'Patient', { ...patient, gender: 'x' }),
          entry('GET', 'Patient/bundled'),
          entry('GET', 'Patient?identifier=urn:refused|r'),
        ],
      ],
      [
        404,
        'a record that is not there',
        ['history-instance Patient bundled not-found', 'read Patient nobody not-found'],
        [entry('GET', 'Patient/nobody'), entry('GET', 'Patient/bundled/_history')],
      ],
      [409, 'a reference to what it deletes', ['delete Patient bundled conflict'], [entry('DELETE', 'Patient/bundled')]], // prettier-ignore
      [
        400,
        'an entry that cannot be read',
        ['read Patient bundled refused'],
        [entry('GET', 'Patient/%zz'), entry('GET', 'Patient/bundled')],
      ],
      [404, 'an address that is none', ['read Patient bundled not-found'], [entry('GET', 'Nonsense/1'), entry('GET', 'Patient/bundled')]], // prettier-ignore
    ])('%i for %s leaves what each entry asked for in the audit', async (status, _title, rows, entries) => {
      const answer = await post('transaction', entries);
      expect([answer.status, await auditOf(answer)]).toEqual([status, rows]);
    });

    it.each<[string, Entry]>([
      ['a create', entry('POST', 'Patient', { ...patient, gender: 'x' })],
      ['an update', entry('PUT', 'Patient/a', { ...patient, id: 'b' })],
      ['a delete', entry('DELETE', 'Patient/bundled')],
      ['a read', entry('GET', 'Patient/nobody')],
      ['a search', entry('GET', 'Patient?nonsense=1')],
      ['nonsense', entry('GET', 'Nonsense/1')],
    ])('a refused transaction of %s leaves the row that it leaves alone', async (_title, one) => {
      const [single, whole] = [await alone(one), await post('transaction', [one])];
      expect(whole.status).toBe(single.status);
      expect(await auditOf(whole)).toEqual(await auditOf(single));
    });

    it('a key that is there twice leaves what each entry asked for in the audit as well', async () => {
      const text = JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [entry('POST', 'Patient', patient), entry('GET', 'Patient/bundled')] }); // prettier-ignore
      const answer = await api.send(
        write('POST', '/fhir', text.replace('"identifier":', '"identifier":[],"identifier":')),
      );
      expect(answer.status).toBe(400);
      expect(await auditOf(answer)).toEqual(['create Patient - refused', 'read Patient bundled refused']);
    });

    it.each(['batch', 'transaction'])('a %s tells which entries have the same fullUrl', async (type) => {
      const [fullUrl, other] = ['urn:uuid:5f8c2f7e-0d2c-4a43-9d0f-3b8f6b1f1a01', 'http://old.example/fhir/Patient/1']; // prettier-ignore
      const answer = await post(type, [
        entry('POST', 'Patient', patient, { fullUrl }),
        entry('POST', 'Patient', patient, { fullUrl: other }),
        entry('POST', 'Patient', patient, { fullUrl }),
        entry('POST', 'Patient', version('1'), { fullUrl: other }),
        entry('GET', 'Patient/%zz'),
      ]);
      expect(answer.status).toBe(400);
      expect(answer.body.issue.map(({ diagnostics, expression }) => [expression?.[0], diagnostics])).toEqual([
        ['Bundle.entry[2].fullUrl', expect.stringContaining('Entry 0 and entry 2')],
        ['Bundle.entry[3].fullUrl', expect.stringContaining('Entry 1 and entry 3')],
        ['Bundle.entry[4]', expect.anything()],
      ]);
      expect(await auditOf(answer)).toEqual(Array(4).fill('create Patient - refused'));
    });

    it('two versions of a resource may have the same fullUrl, and a third of the same version not', async () => {
      const of = (...versions: readonly string[]) =>
        versions.map((one) => entry('POST', 'Patient', version(one), { fullUrl: 'http://a.example/Patient/1' })); // prettier-ignore
      expect((await post('batch', of('1', '2'))).status).toBe(200);
      const refused = await post('batch', of('1', '2', '1'));
      expect(refused.body.issue.map(({ expression }) => expression)).toEqual([['Bundle.entry[2].fullUrl']]);
    });
  });
}
