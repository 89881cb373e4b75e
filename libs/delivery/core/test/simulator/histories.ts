import fc from 'fast-check';
import { type Fate, type HistoryEvent, places, services } from './history.ts';

const service = fc.constantFrom(...services);
const where = fc.constantFrom(...places);
const back = fc.integer({ min: 1, max: 4 });
/** A deploy of one service asks about thirty things of the world. */
const at = fc.integer({ min: 1, max: 70 });

const fate = fc.oneof<fc.WeightedArbitrary<Fate>[]>(
  { weight: 8, arbitrary: fc.constant({ kind: 'undisturbed' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Fate>({ kind: 'skipped' }, { kind: 'red-before' }, { kind: 'half' }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('killed' as const), at, acted: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('fault' as const), at }) },
);

const event = fc.oneof<fc.WeightedArbitrary<HistoryEvent>[]>(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('commit' as const),
      touches: fc.subarray([...services]),
      where: fc.subarray([...places], { minLength: 1 }),
    }),
  },
  { weight: 7, arbitrary: fc.record({ type: fc.constant('run' as const), where, fate }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('revert' as const), back, where }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('force-push' as const), back, where }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('re-run' as const), back, where }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('rollback' as const), service, where }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('lift' as const), service, where, fate }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('sicken' as const, 'heal' as const), service, where }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('drift' as const), service, where }) },
);

/** Random histories of up to so many events. */
export const randomHistories = (maxLength: number) => fc.array(event, { minLength: 1, maxLength });

const here = 'staging' as const;
const run = (fate: Fate): HistoryEvent => ({ type: 'run', where: here, fate });
const both = [...services];

/** The moves of the small histories, in one environment. */
const moves: readonly HistoryEvent[] = [
  { type: 'commit', touches: [], where: [here] },
  { type: 'commit', touches: ['ehr-api'], where: [here] },
  { type: 'commit', touches: both, where: [here] },
  { type: 'revert', back: 1, where: here },
  { type: 'force-push', back: 1, where: here },
  run({ kind: 'undisturbed' }),
  run({ kind: 'half' }),
  run({ kind: 'killed', at: 24, acted: true }),
  run({ kind: 'fault', at: 24 }),
  { type: 're-run', back: 1, where: here },
  { type: 'rollback', service: 'ehr-api', where: here },
  { type: 'lift', service: 'ehr-api', where: here, fate: { kind: 'undisturbed' } },
  { type: 'drift', service: 'ehr-api', where: here },
];

/** Every history of exactly so many moves, after two releases that went well. */
export function* smallHistories(length: number): Generator<readonly HistoryEvent[]> {
  const begin: HistoryEvent[] = [
    run({ kind: 'undisturbed' }),
    { type: 'commit', touches: both, where: [here] },
    run({ kind: 'undisturbed' }),
  ];
  for (let number = 0; number < moves.length ** length; number++) {
    const chosen = Array.from(
      { length },
      (_, place) => moves[Math.floor(number / moves.length ** place) % moves.length]!,
    );
    yield [...begin, ...chosen];
  }
}
