import fc from 'fast-check';

/** Choices, one after the other, that fast-check makes. */
export interface Dice {
  pick<T>(from: readonly T[]): T;
  /** True in so many of a hundred. */
  chance(percent: number): boolean;
  /** From 0 up to and without `end`. */
  below(end: number): number;
}

/** More than one search needs; after them the first ones come again. */
const THROWS = 250;

/** Dice that fall as fast-check says, all sides alike. */
export const arbitraryDice: fc.Arbitrary<Dice> = fc
  .noBias(fc.uint32Array({ minLength: THROWS, maxLength: THROWS }))
  .map((throws) => {
    let thrown = 0;
    const below = (end: number) => (throws[(thrown += 1) % THROWS] ?? 0) % Math.max(end, 1);
    return {
      below,
      chance: (percent) => below(100) < percent,
      pick: <T>(from: readonly T[]) => {
        if (from.length === 0) throw new Error('There is nothing to pick from.');
        return from[below(from.length)] as T;
      },
    };
  });
