/** What is unusual about a life; most are not. */
const oddities = ['long-name', 'deceased', 'merged', 'no-birth-date', 'no-known-allergies', 'nothing-on-allergies'] as const; // prettier-ignore
export type Oddity = (typeof oddities)[number];

/** Who is told of. */
export interface Person {
  /** `s1-0042`: the seed and the number. */
  readonly key: string;
  readonly number: number;
  readonly seed: number;
  readonly oddity: Oddity | null;
}

/** The patient of this number among those of a seed; every fourth is odd in one way or another. */
export function personOf(seed: number, number: number): Person {
  const oddity = number % 4 === 0 ? (oddities[(number / 4 - 1) % oddities.length] ?? null) : null;
  return { key: `s${seed}-${String(number).padStart(4, '0')}`, number, seed, oddity };
}
