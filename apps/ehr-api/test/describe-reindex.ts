import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { contextFor } from '../src/fhir/exchange.ts';
import { create } from '../src/fhir/write.ts';
import { createLogger } from '../src/log/create-logger.ts';
import { keepIndexed, type Progress, reindex } from '../src/reindex/reindex.ts';
import { accessTo } from '../src/store/access.ts';
import { addTenant } from '../src/store/tenants.ts';
import { dependenciesOf, type RunningApi, startApi, write } from './start-api.ts';

const RESOURCES = 250;
const caller = { agent: 'x', issuer: null, client: null, address: null, purpose: null, requestId: '' };

/** What an earlier release wrote is indexed anew. */
export function describeReindex(database: () => Database): void {
  describe('indexing anew', () => {
    let api: RunningApi;
    beforeAll(async () => {
      api = await startApi(database());
      const entry = Array.from({ length: RESOURCES }, (_entry, n) => ({
        resource: {
          resourceType: 'RiskAssessment',
          status: 'final',
          subject: { reference: 'Patient/reindexed' },
          prediction: [{ probabilityDecimal: n / 1000 }],
        },
        request: { method: 'POST', url: 'RiskAssessment' },
      }));
      const { status } = await api.send(
        write('POST', '/fhir', { resourceType: 'Bundle', type: 'batch', entry }),
      );
      expect(status).toBe(200);
    });

    const asBefore = async () => {
      await database().query('delete from search_quantity');
      await database().query("update resource set indexed = 0 where content like '%Patient/reindexed%'");
    };
    const found = async () =>
      (await api.get('/fhir/RiskAssessment?probability=ge0&patient=reindexed&_summary=count')).body.total;

    it('stops where it is told to, and goes on from there', async () => {
      await asBefore();
      expect(await found()).toBe(0);
      const { context } = await dependenciesOf(database());
      const stop = new AbortController();
      const told: Progress[] = [];
      const stopped = await reindex(context, (progress) => told.push(progress) && stop.abort(), stop.signal); // prettier-ignore
      expect([stopped, await found()]).toEqual([100, 100]);
      expect(await reindex(context, (progress) => told.push(progress))).toBe(RESOURCES - 100);
      expect(await found()).toBe(RESOURCES);
      expect(told.map(({ done, total }) => `${done}/${total}`)).toEqual(['100/250', '100/150', '150/150']);
      expect(await reindex(context, () => undefined)).toBe(0);
    });

    it('marks what the release before this one wrote', async () => {
      const ours = "select pk from resource where content like '%Patient/reindexed%'";
      await database().query(`update compartment set marks = null where pk in (${ours})`);
      await database().query(`update resource set indexed = 1 where pk in (${ours})`);
      const { context } = await dependenciesOf(database());
      expect(await reindex(context, () => undefined)).toBe(RESOURCES);
      const unmarked = `select 1 from compartment where marks is null and pk in (${ours})`;
      expect(await database().query(unmarked)).toEqual([]);
    });

    it('does so for every tenant', async () => {
      const { context } = await dependenciesOf(database());
      const id = await addTenant(database(), 'reindexed');
      expect([typeof id, await addTenant(database(), 'reindexed')]).toEqual(['number', undefined]);
      const resource = { resourceType: 'Basic', code: { text: 'x' } };
      await create(contextFor(context, accessTo(id ?? 0)), { method: 'POST', path: ['Basic'], query: [], conditions: {}, body: { kind: 'json', text: JSON.stringify(resource), value: resource }, caller, base: '' });
      await database().query('update resource set indexed = 0 where tenant_id = $1::smallint', [id]);
      expect(await reindex(context, () => undefined)).toBe(1);
    }); // prettier-ignore

    it('does so while resources are written, and loses nothing of that', async () => {
      await asBefore();
      const { context } = await dependenciesOf(database());
      const { body } = await api.get('/fhir/RiskAssessment?patient=reindexed&_count=20');
      const ids = (body.entry ?? []).map(({ resource }) => resource.id);
      const updated = (id: string) => ({ resourceType: 'RiskAssessment', id, status: 'final', subject: { reference: 'Patient/reindexed' }, prediction: [{ probabilityDecimal: 0.9 }] }); // prettier-ignore
      const [, ...answers] = await Promise.all([
        reindex(context, () => undefined),
        ...ids.map((id) => api.send(write('PUT', `/fhir/RiskAssessment/${id}`, updated(id)))),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(ids.map(() => 200));
      expect(await found()).toBe(RESOURCES);
      const nine = await api.get('/fhir/RiskAssessment?probability=0.9&patient=reindexed&_summary=count');
      expect(nine.body.total).toBe(ids.length);
    });

    it('is done by each server when it starts, and told in its log', async () => {
      await asBefore();
      const { context } = await dependenciesOf(database());
      const lines: string[] = [];
      const logger = createLogger(
        'info',
        { service: '', version: '', revision: '' },
        { write: (line) => void lines.push(line) },
      );
      const stop = keepIndexed(context, logger);
      await expect.poll(found, { timeout: 20_000 }).toBe(RESOURCES);
      await stop();
      expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['reindexed']);
    });
  });
}
