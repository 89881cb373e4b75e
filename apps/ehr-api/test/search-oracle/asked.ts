import type { Dice } from './dice.ts';
import type { Kind } from './kinds.ts';
import type { Pair, World } from './oracle.ts';

/** A search, and what it is made of. */
export interface Asked {
  readonly path: string;
  readonly query: readonly Pair[];
  /** Of each page. */
  readonly count: number;
  readonly kinds: readonly string[];
}

/** What searches are made from: what there is, what may be used, and chance. */
export interface Maker {
  readonly world: World;
  readonly dice: Dice;
  readonly isOn: (kind: Kind) => boolean;
}
