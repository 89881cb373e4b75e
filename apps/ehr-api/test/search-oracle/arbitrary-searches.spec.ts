import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryResources } from './arbitrary-resources.ts';
import { arbitrarySearches } from './arbitrary-searches.ts';
import { allKinds } from './kinds.ts';
import { search, worldOf } from './oracle.ts';
import { createTally } from './tally.ts';

const WORLDS = 10;
const SEARCHES = 200;

describe('random searches of every kind', () => {
  it('mostly find something, and are refused where they shall be, and only there', () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
    const tally = createTally();
    for (const [index, resources] of fc
      .sample(arbitraryResources(allKinds), { numRuns: WORLDS, seed })
      .entries()) {
      const world = worldOf(resources, 'http://here.org/fhir', Date.UTC(2025, 0, 1));
      const all = fc
        .sample(arbitrarySearches(world, allKinds, SEARCHES), { numRuns: 1, seed: seed + index })
        .flat();
      for (const asked of all) {
        const { path, query, kinds } = asked;
        const outcome = search(world, path, query, kinds.includes('lenient'));
        expect(outcome.kind === 'refused', `SEED=${seed} ${JSON.stringify(asked)}`).toBe(
          kinds.includes('refused'),
        );
        tally.add(kinds, outcome.kind === 'refused', outcome.kind === 'refused' ? 0 : outcome.total);
      }
    }
    expect(tally.hits()).toBeGreaterThanOrEqual(0.5);
    expect(allKinds.filter((kind) => tally.times(kind) < (WORLDS * SEARCHES) / 1000)).toEqual([]);
    if (process.env['PRINT'] !== undefined) process.stdout.write(tally.print());
  });
});
