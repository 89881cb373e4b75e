/*
 * Does a push ever go undeployed? Random histories and all small ones are played twice, with the real core over
 * ports in memory: once asking the environment, once counting from the last successful run of CI.
 *
 * Longer, and again with the same histories:
 *   HISTORIES=5000 MOVES=4 HISTORY_SEED=42 npx vitest run --dir libs/delivery/core history-simulator
 */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { places } from './history.ts';
import type { HistoryEvent } from './history.ts';
import { randomHistories, smallHistories } from './histories.ts';
import { playHistory } from './play-history.ts';
import type { Tally } from './play-history.ts';
import { asksTheEnvironment, sinceLastSuccess } from './rules.ts';
import type { Rule } from './rules.ts';

const wish = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);
const seed = wish('HISTORY_SEED', 20261123);
const rules = [asksTheEnvironment, sinceLastSuccess];
/** Each kind of history has lines of its own in the table. */
const lines: { rule: Rule; of: string; total: Tally }[] = [];

/** Plays histories of a kind under both rules; ours must neither miss nor deploy needlessly. */
function comparer(of: string): (history: readonly HistoryEvent[]) => Promise<void> {
  const own = rules.map((rule) => ({ rule, of, total: { runs: 0, green: 0, missed: 0, needless: 0 } }));
  lines.push(...own);
  return async (history) => {
    for (const { rule, total } of own) {
      const tally = await playHistory(history, rule);
      for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
      if (rule === asksTheEnvironment) expect(tally).toMatchObject({ missed: 0, needless: 0 });
    }
  };
}

/** What happens in Git and CI alone, with nobody's hand on an environment, and CI there from the first commit on. */
const pushesAndRuns = (history: readonly HistoryEvent[]): readonly HistoryEvent[] => [
  ...places.map((where) => ({ type: 'run', where, fate: { kind: 'undisturbed' } }) as const),
  ...history.filter(({ type }) => ['commit', 'revert', 'force-push', 'run'].includes(type)),
];

describe('asking the environment', { timeout: 3_600_000 }, () => {
  it('misses nothing and deploys nothing twice, in any small history', async () => {
    const compare = comparer('all small histories');
    for (const history of smallHistories(wish('MOVES', 2))) await compare(history);
  });

  it.each([
    ['random histories', randomHistories(25)],
    ['random, pushes and CI only', randomHistories(40).map(pushesAndRuns)],
  ])('misses nothing and deploys nothing twice, in %s', async (of, histories) => {
    await fc.assert(fc.asyncProperty(histories, comparer(of)), { numRuns: wish('HISTORIES', 400), seed });
  });

  it('is better than counting from the last successful run, which each kind of history catches missing deploys', () => {
    for (const { rule, of, total } of lines) {
      expect(total.green, of).toBeGreaterThan(0);
      if (rule === sinceLastSuccess) expect(total.missed, of).toBeGreaterThan(0);
    }
  });

  afterAll(() => {
    const row = (rule: string, of: string, counts: readonly unknown[]) =>
      `${rule.padEnd(21)}${of.padEnd(28)}${counts.map((count) => String(count).padStart(9)).join('')}`;
    const rows = lines.map(({ rule, of, total: { runs, green, missed, needless } }) =>
      row(rule.name, of, [runs, green, missed, needless]),
    );
    const head = row('rule', 'over', ['runs', 'green', 'missed', 'needless']);
    process.stdout.write(`\n${[head, ...rows].join('\n')}\n(seed ${seed})\n\n`);
  });
});
