/*
 * Up to four releases at once, in virtual time: killed anywhere and started again, held up for up to an hour, with
 * clocks that are wrong by up to a day. Longer, and again with the same scenes:
 *   SCENES=5000 SCENE_SEED=42 npx vitest run --dir libs/delivery/core releases-at-once
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { playReleases, type Release } from './play-releases.ts';

const wish = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = wish('SCENE_SEED', 20261128);
const HOUR = 3_600_000;
/** A release asks about a hundred and forty things of the world. */
const at = fc.integer({ min: 1, max: 150 });

const disturbance = {
  startMs: fc.integer({ min: 0, max: 20_000 }),
  offsetMs: fc.integer({ min: -24 * HOUR, max: 24 * HOUR }),
  pause: fc.option(
    fc.record({ at, acted: fc.boolean(), milliseconds: fc.integer({ min: 1000, max: HOUR }) }),
    { freq: 2 },
  ),
  kill: fc.option(fc.record({ at, acted: fc.boolean() }), { freq: 3 }),
};
const scene = fc
  .uniqueArray(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 4 })
  .chain((patches) =>
    fc.tuple(...patches.map((patch) => fc.record({ patch: fc.constant(patch), ...disturbance }))),
  ) as fc.Arbitrary<Release[]>;

describe('releases at once', { timeout: HOUR }, () => {
  const played = { scenes: 0, runs: 0, superseded: 0, refused: 0, mended: 0 };
  afterAll(() => {
    const { scenes, runs, superseded, refused, mended } = played;
    process.stdout.write(
      `\n${scenes} scenes, ${runs} runs that ended, ${superseded} superseded, ${refused} refused, ${mended} scenes mended by the next run (seed ${seed})\n\n`,
    );
  });

  it('undo nothing of each other, and the highest version runs in the end', async () => {
    await fc.assert(
      fc.asyncProperty(
        scene,
        fc.infiniteStream(fc.integer({ min: 1, max: 400 })),
        async (releases, random) => {
          const ended = await playReleases(releases, () => Number(random.next().value));
          played.scenes += 1;
          played.runs += ended.reports.length;
          played.superseded += ended.reports.filter(({ outcome }) => outcome === 'superseded').length;
          played.refused += ended.refusals.length;
          const highest = Math.max(...releases.map(({ patch }) => patch));
          const failed = ended.reports.filter(({ exit }) => exit !== 0);
          expect(failed.map(({ verdict, error }) => `${verdict}: ${error?.message ?? '?'}`)).toEqual([]);
          const right = { runs: highest, prod: highest, latest: highest, recorded: highest };
          const isRight = JSON.stringify(ended.end) === JSON.stringify(right);
          played.mended += isRight ? 0 : 1;
          // Who is held up within one request and killed right behind it cannot mend what came of it: the next run does.
          if (!releases.some(({ pause, kill }) => pause !== null && kill !== null))
            expect(ended.end).toEqual(right);
          expect(ended.afterNext).toEqual(right);
        },
      ),
      { numRuns: wish('SCENES', 500), seed },
    );
  });
});
