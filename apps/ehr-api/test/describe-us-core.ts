import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';
import { usCoreOrders } from './us-core-orders.ts';
import { usCoreRecords } from './us-core-searches.ts';

const usCore = [...usCoreRecords, ...usCoreOrders];

/** Each combination finds the one record, and nothing where any of its values is the other's. */
export function describeUsCore(database: () => Database): void {
  describe('the searches of US Core', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      const entry = usCore.flatMap(({ type, records }) =>
        records.map((record, n) => {
          const resource = { id: `us-core-${n + 1}`, ...record, resourceType: type };
          return { resource, request: { method: 'PUT', url: `${type}/${resource.id}` } };
        }),
      );
      const { status, body } = await api.send(write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry })); // prettier-ignore
      expect([status, body.issue]).toEqual([200, undefined]);
    });

    const combinations = usCore.flatMap((own) => own.combinations.map((names) => ({ ...own, names, title: `${own.type}?${names.join('=&')}=` }))); // prettier-ignore

    it.each(combinations)('$title', async ({ type, values, names }) => {
      const ids = async (of: (index: number) => 0 | 1) => {
        const pairs = names.map((name, index): [string, string] => [name, values[name]?.[of(index)] ?? '']);
        const { status, body } = await api.get(`/fhir/${type}?${new URLSearchParams(pairs).toString()}`);
        expect([status, body.issue]).toEqual([200, undefined]);
        return (body.entry ?? []).map(({ resource }) => resource.id.at(-1)).join(' ');
      };
      expect([await ids(() => 0), await ids(() => 1)]).toEqual(['1', '2']);
      for (const other of names.length > 1 ? names.keys() : [])
        expect(await ids((index) => (index === other ? 1 : 0))).toBe('');
    });
  });
}
