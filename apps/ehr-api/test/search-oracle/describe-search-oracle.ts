import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaults } from '../../src/config/fhir-settings.ts';
import type { Database } from '../../src/database/database.ts';
import { type RunningApi, startApi, write } from '../start-api.ts';
import { arbitraryResources } from './arbitrary-resources.ts';
import { arbitrarySearches } from './arbitrary-searches.ts';
import type { Asked } from './asked.ts';
import { compare, smallest } from './compare.ts';
import { keyOf } from './criteria.ts';
import type { Resource } from './definitions.ts';
import { KINDS } from './kinds.ts';
import { type World, worldOf } from './oracle.ts';
import { createTally } from './tally.ts';

/** Of one world, before the next is made. */
const SEARCHES = 100;
/** Differences that are told of. */
const MOST_TOLD = 20;

/**
 * Random searches of random resources find what an oracle in memory says, the same on every database. `searches` in all;
 * `SEED` makes those of another run again. Everything that is in the database is removed.
 */
export function describeSearchOracle(database: () => Database, searches: number): void {
  describe('random searches', () => {
    it('find what the oracle finds', async () => {
      const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
      // A part of a text behind a reference to whatever type has more values than are allowed otherwise.
      const search = { ...defaults.settings.search, values: 5_000 };
      const settings = { ...defaults.settings, deletesReferenced: true, search };
      const api = await startApi(database(), { settings });
      const tally = createTally();
      const told = new Map<string, string>();
      const numRuns = Math.ceil(searches / SEARCHES);
      const worlds = fc.sample(fc.tuple(arbitraryResources(KINDS), arbitraryResources(KINDS)), {
        numRuns,
        seed,
      });
      for (const [index, [resources, before]] of worlds.entries()) {
        const world = await load(api, database(), resources, before);
        const [all = []] = fc.sample(arbitrarySearches(world, KINDS, SEARCHES), {
          numRuns: 1,
          seed: seed + index,
        });
        for (const asked of all) {
          const { expected, differences } = await compare(api, world, asked);
          tally.add(
            asked.kinds,
            expected.kind === 'refused',
            expected.kind === 'refused' ? 0 : expected.total,
          );
          if (differences.length > 0 && told.size < MOST_TOLD) await tell(api, world, asked, told);
        }
        if (told.size >= MOST_TOLD) break;
      }
      process.stdout.write(tally.print());
      expect([...told.values()].join('\n\n'), `SEED=${seed}`).toBe('');
      expect(tally.hits()).toBeGreaterThanOrEqual(0.5);
      const rare = KINDS.filter((kind) => tally.times(kind) < Math.floor(searches / 500));
      expect(rare, 'kinds that came too seldom').toEqual([]);
    });
  });
}

/** Resources that were changed, and some that are gone: what they said before is not to be found. */
async function load(
  api: RunningApi,
  database: Database,
  resources: readonly Resource[],
  before: readonly Resource[],
): Promise<World> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where column_name = 'pk' and table_schema = current_schema() and table_name <> 'audit_event'`,
  );
  await database.query(`truncate ${tables.map(({ name }) => name).join(', ')}`);
  const there = new Set(resources.map(keyOf));
  await transact(api, before.filter((one, index) => index % 3 === 0 && there.has(keyOf(one))).map(toPut));
  const half = Math.ceil(resources.length / 2);
  const stored = [
    ...(await transact(api, resources.slice(0, half).map(toPut))),
    ...(await transact(api, resources.slice(half).map(toPut))),
  ];
  const isGone = (index: number) => index % 12 === 5;
  await transact(api, resources.filter((_resource, index) => isGone(index)).map((one) => ({ request: { method: 'DELETE', url: `${one.resourceType}/${one.id}` } }))); // prettier-ignore
  // Every third is as a release before this one writes it.
  for (const table of ['search_token', 'search_reference', 'compartment'])
    await database.query(`update ${table} set marks = null where pk % 3 = 0`);
  const { body } = await api.get('/fhir/Patient?_count=1');
  const base = body.link[0]?.url.replace(/\/Patient.*$/u, '') ?? '';
  return worldOf(stored.filter((_resource, index) => !isGone(index)), base, Date.now()); // prettier-ignore
}

function toPut(resource: Resource): object {
  return { resource, request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` } };
}

async function transact(api: RunningApi, entry: readonly object[]): Promise<readonly Resource[]> {
  const bundle = { resourceType: 'Bundle', type: 'transaction', entry };
  const { status, body } = await api.send(
    write('POST', '/fhir', bundle, { prefer: 'return=representation' }),
  );
  expect(status, JSON.stringify(body.issue)).toBe(200);
  return (body.entry ?? []).map(({ resource }) => resource as unknown as Resource);
}

/** Tells of the smallest search by which they differ, and of the resources that they differ by, once of each sort. */
async function tell(api: RunningApi, world: World, asked: Asked, told: Map<string, string>): Promise<void> {
  const least = await smallest(api, world, asked);
  const { differences, different } = await compare(api, world, least);
  const query = least.query.map(([name, value]) => `${name}=${value}`).join('&');
  const resources = different.slice(0, 2).map((key) => JSON.stringify(world.resources.get(key) ?? key));
  const ways = least.query.map(([name, value]) =>
    name.startsWith('_') ? `${name}=${value}` : name.split(':')[1],
  );
  const sort = [...ways, ...differences.map((text) => text.replaceAll(/\S*\d\S*/gu, ''))].join();
  if (told.has(sort)) return;
  told.set(sort, [`${least.path}?${query}  _count=${least.count} (${least.kinds.join(', ')})`, ...differences, ...resources].join('\n')); // prettier-ignore
}
