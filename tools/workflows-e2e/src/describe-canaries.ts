import { expect, it } from 'vitest';
import { secretsIn } from './search-canaries.ts';
import { runs } from './watch-runs.ts';
import type { PipelineWorld } from './world.ts';

/** What all runs so far have left behind, wherever somebody could read it. */
export function describeCanaries(world: () => PipelineWorld): void {
  it('left no secret in outputs, summaries, caches, images, journal or Dokploy’s texts', async () => {
    const told = runs.map((run, index) => ({
      place: `run ${index}`,
      content: Buffer.from(JSON.stringify(run)),
    }));
    const traces = [...told, ...(await world().traces())];
    expect(secretsIn(traces, world().secrets)).toEqual([]);
    // It looked where there is something to see.
    const places = traces.map(({ place }) => place);
    for (const part of ['run 0', 'caches', 'blobs/sha256', 'manifests/journal', 'Dokploy'])
      expect(places.some((place) => place.includes(part))).toBe(true);
    const planted = world().secrets.map((secret) => ({
      place: 'planted',
      content: Buffer.from(`x${secret}`),
    }));
    expect(secretsIn(planted, world().secrets).length).toBeGreaterThanOrEqual(world().secrets.length);
  });
}
