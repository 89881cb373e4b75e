import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type Json, type RunningApi, startApi, write } from './start-api.ts';
import { through } from './through.ts';

/** What resources said before, the same on every database. */
export function describeHistory(database: () => Database): void {
  describe('history', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
    });

    const basic = { resourceType: 'Basic', code: { text: 'x' } };
    const created = async () => {
      const { body } = await api.send(write('POST', '/fhir/Basic', basic));
      return { id: body.id, url: `/fhir/Basic/${body.id}` };
    };
    const remove = (url: string) => api.send({ method: 'DELETE', url });

    it('tells the history of a resource, of a type and of all, in pages and by time', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) ids.push((await created()).id);
      const [first = '', second = ''] = ids;
      await api.send(write('PUT', `/fhir/Basic/${first}`, { ...basic, id: first }));
      await remove(`/fhir/Basic/${second}`);
      const told = async (url: string) => {
        const { status, body } = await api.get(url);
        expect(status).toBe(200);
        expect(body.type).toBe('history');
        const next = body.link.find(({ relation }) => relation === 'next')?.url;
        return { entries: (body.entry ?? []).map(({ request }) => request), next, body };
      };
      const all: unknown[] = [];
      let url: string | undefined = '/fhir/Basic/_history?_count=2';
      while (url !== undefined) {
        const { entries, next }: Awaited<ReturnType<typeof told>> = await told(url);
        expect(entries.length).toBeLessThanOrEqual(2);
        all.push(...entries);
        url = next && new URL(next).pathname + new URL(next).search;
      }
      expect(all).toEqual([
        { method: 'DELETE', url: `Basic/${second}` },
        { method: 'PUT', url: `Basic/${first}` },
        ...Array.from({ length: 3 }, () => ({ method: 'POST', url: 'Basic' })),
      ]);
      expect((await told('/fhir/_history?_count=1')).entries).toEqual([all[0]]);
      const [, , { body: third = {} as Json } = {}] = await Promise.all(
        ids.map((id) => api.get(`/fhir/Basic/${id}`)),
      );
      const since = encodeURIComponent(third.meta.lastUpdated);
      expect((await told(`/fhir/Basic/_history?_since=${since}`)).entries).toHaveLength(3);
      // What was current then: three first versions.
      const at = await told(`/fhir/Basic/_history?_at=${since}`);
      expect(at.body.entry?.map(({ response }) => response.etag)).toEqual(['W/"1"', 'W/"1"', 'W/"1"']);
      expect((await api.get('/fhir/Basic/never-was/_history')).status).toBe(404);
      expect((await api.get('/fhir/Basic/_history?_sort=x')).status).toBe(400);
    });

    it('has ten versions in memory at a time, whatever the page', async () => {
      const counts: number[] = [];
      const counting = through(database(), async (asked, on) => {
        const rows = await on.query(...asked);
        counts.push(rows.length);
        return rows;
      });
      const { id, url } = await created();
      for (let count = 0; count < 35; count += 1) await api.send(write('PUT', url, { ...basic, id }));
      const watched = await startApi(counting);
      counts.length = 0;
      expect((await watched.get(`${url}/_history?_count=1000`)).body.entry).toHaveLength(36);
      expect(Math.max(...counts)).toBe(10);
    });

    it('gives a long history whole, piece by piece', async () => {
      const { id, url } = await created();
      for (let count = 0; count < 25; count += 1) await api.send(write('PUT', url, { ...basic, id }));
      const { body } = await api.get(`${url}/_history?_count=100`);
      expect([body.total, body.entry?.length]).toEqual([26, 26]);
      expect(body.link.map(({ relation }) => relation)).toEqual(['self']);
    });
  });
}
