import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi, write } from './start-api.ts';

/** What an entry of a random transaction does; places are of a small world, so that entries get in each other's way. */
type Act =
  | { readonly kind: 'put-patient'; readonly place: number; readonly active: boolean; readonly match: 'none' | 'right' | 'wrong' }
  | { readonly kind: 'put-observation'; readonly place: number; readonly of: number }
  | { readonly kind: 'delete'; readonly type: 'Patient' | 'Observation'; readonly place: number }
  | { readonly kind: 'patch-patient'; readonly place: number; readonly active: boolean }; // prettier-ignore

const PLACES = 3;
const place = fc.nat({ max: PLACES - 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ kind: fc.constant('put-patient' as const), place, active: fc.boolean(), match: fc.constantFrom('none', 'none', 'right', 'wrong') }), // prettier-ignore
  fc.record({ kind: fc.constant('put-observation' as const), place, of: place }),
  fc.record({ kind: fc.constant('delete' as const), type: fc.constantFrom('Patient', 'Observation'), place }),
  fc.record({ kind: fc.constant('patch-patient' as const), place, active: fc.boolean() }),
);

/** A resource as the oracle knows it. */
interface Known {
  readonly version: number;
  readonly deleted: boolean;
  readonly active?: boolean;
  readonly of?: string;
}
type World = ReadonlyMap<string, Known>;

/** The world after a transaction by the specification's rules; null when it is refused. */
function after(world: World, acts: readonly Act[], run: string): World | null {
  const next = new Map(world);
  const touched = new Set<string>();
  const set = (key: string, change: Omit<Known, 'version'>) => {
    next.set(key, { ...change, version: (world.get(key)?.version ?? 0) + 1 });
  };
  for (const one of acts) {
    const key = keyOf(one, run);
    if (touched.has(key)) return null;
    touched.add(key);
    const before = world.get(key);
    const isThere = before !== undefined && !before.deleted;
    if (one.kind === 'put-patient') {
      if (one.match === 'wrong' || (one.match === 'right' && !isThere)) return null;
      set(key, { deleted: false, active: one.active });
    } else if (one.kind === 'put-observation') set(key, { deleted: false, of: `Patient/${run}-${one.of}` });
    else if (one.kind === 'patch-patient') {
      if (!isThere) return null;
      set(key, { deleted: false, active: one.active });
    } else if (isThere) set(key, { deleted: true });
  }
  const targets = new Set(
    [...next.values()].flatMap(({ deleted, of }) => (deleted || of === undefined ? [] : [of])),
  );
  const gone = [...next].filter(([key, { deleted }]) => deleted && world.get(key)?.deleted === false);
  return gone.some(([key]) => targets.has(key)) ? null : next;
}

function keyOf(one: Act, run: string): string {
  const type = one.kind === 'delete' ? one.type : one.kind === 'put-observation' ? 'Observation' : 'Patient';
  return `${type}/${run}-${one.place}`;
}

function entryOf(one: Act, world: World, run: string): object {
  const url = keyOf(one, run);
  const id = url.split('/')[1];
  switch (one.kind) {
    case 'put-patient': {
      const version = one.match === 'right' ? (world.get(url)?.version ?? 1) : 99;
      const request = { method: 'PUT', url, ...(one.match !== 'none' && { ifMatch: `W/"${version}"` }) };
      return { resource: { resourceType: 'Patient', id, active: one.active }, request };
    }
    case 'put-observation': {
      const subject = { reference: `Patient/${run}-${one.of}` };
      const resource = { resourceType: 'Observation', id, status: 'final', code: { text: 'x' }, subject };
      return { resource, request: { method: 'PUT', url } };
    }
    case 'patch-patient': {
      const data = Buffer.from(JSON.stringify([{ op: 'add', path: '/active', value: one.active }])).toString(
        'base64',
      );
      const resource = { resourceType: 'Binary', contentType: 'application/json-patch+json', data };
      return { resource, request: { method: 'PATCH', url } };
    }
    case 'delete':
      return { request: { method: 'DELETE', url } };
  }
}

/** Random transactions leave what an oracle in memory says, and what it refuses leaves nothing, the same on every database. */
export function describeBundleOracle(database: () => Database, numRuns: number): void {
  describe('random transactions', () => {
    it('do as the oracle does', async () => {
      const api: RunningApi = await startApi(database());
      let runs = 0;
      const refused = { yes: 0, no: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(act, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
          async (story) => {
            const run = `oracle${(runs += 1)}`;
            let world: World = new Map();
            for (const acts of story) {
              const entry = acts.map((one) => entryOf(one, world, run));
              const { status } = await api.send(
                write('POST', '/fhir', { resourceType: 'Bundle', type: 'transaction', entry }),
              );
              const next = after(world, acts, run);
              refused[next === null ? 'yes' : 'no'] += 1;
              expect(status === 200, JSON.stringify({ status, acts })).toBe(next !== null);
              world = next ?? world;
              await demandSame(api, world, run);
            }
          },
        ),
        { numRuns },
      );
      // Both happened.
      expect(Math.min(refused.yes, refused.no)).toBeGreaterThan(numRuns / 10);
    });
  });
}

async function demandSame(api: RunningApi, world: World, run: string): Promise<void> {
  for (const type of ['Patient', 'Observation'])
    for (let index = 0; index < PLACES; index += 1) {
      const key = `${type}/${run}-${index}`;
      const known = world.get(key);
      const { status, body } = await api.get(`/fhir/${key}`);
      if (known === undefined) expect(status, key).toBe(404);
      else if (known.deleted) expect(status, key).toBe(410);
      else {
        expect([status, body.meta.versionId], key).toEqual([200, String(known.version)]);
        expect(body).toMatchObject(
          known.of === undefined ? { active: known.active } : { subject: { reference: known.of } },
        );
      }
      const versions = (await api.get(`/fhir/${key}/_history?_count=100`)).body.total ?? 0;
      expect(versions, key).toBe(known?.version ?? 0);
    }
}
