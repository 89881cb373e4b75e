/*
 * Does a push ever go undeployed? Random histories and all small ones are played with the real commands over ports in
 * memory: which services are deployed is decided by asking the environment what it runs.
 *
 * Longer, and again with the same histories:
 *   HISTORIES=5000 MOVES=4 HISTORY_SEED=42 npx vitest run --dir libs/delivery/core history-simulator
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { randomHistories, smallHistories } from './histories.ts';
import { type HistoryEvent, places } from './history.ts';
import { playHistory } from './play-history.ts';

const wish = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = wish('HISTORY_SEED', 20261123);
const played = { histories: 0, runs: 0, green: 0 };

/** Plays a history; nothing may be missed, and nothing deployed that ran already. */
async function play(history: readonly HistoryEvent[]): Promise<void> {
  const { runs, green, missed, needless } = await playHistory(history);
  played.histories += 1;
  played.runs += runs;
  played.green += green;
  expect({ missed, needless }).toEqual({ missed: 0, needless: 0 });
}

/** What happens in Git and CI alone, with nobody's hand on an environment, and CI there from the first commit on. */
const pushesAndRuns = (history: readonly HistoryEvent[]): readonly HistoryEvent[] => [
  ...places.map((where) => ({ type: 'run', where, fate: { kind: 'undisturbed' } }) as const),
  ...history.filter(({ type }) => ['commit', 'revert', 'force-push', 'run'].includes(type)),
];

describe('asking the environment', { timeout: 3_600_000 }, () => {
  it('misses nothing and deploys nothing twice, in any small history', async () => {
    for (const history of smallHistories(wish('MOVES', 2))) await play(history);
  });

  it.each([
    ['random histories', randomHistories(25)],
    ['random, pushes and CI only', randomHistories(40).map(pushesAndRuns)],
  ])('misses nothing and deploys nothing twice, in %s', async (_name, histories) => {
    await fc.assert(fc.asyncProperty(histories, play), { numRuns: wish('HISTORIES', 400), seed });
  });

  it('plays histories in which runs are green', () => {
    expect(played.green).toBeGreaterThan(played.histories);
  });

  afterAll(() => {
    const { histories, runs, green } = played;
    process.stdout.write(`\n${histories} histories, ${runs} runs of CI, ${green} green (seed ${seed})\n\n`);
  });
});
