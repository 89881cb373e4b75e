import type { Queryable } from '../database/database.ts';
import type { Access } from './access.ts';
import type { Places } from './search/place.ts';
import type { TokenHash } from './token-hash.ts';

/** What reading and writing records needs. */
export interface Store {
  /** The database, or a transaction of it. */
  readonly on: Queryable;
  readonly access: Access;
  readonly tokenHash: TokenHash;
  /** Where pages begin, as clients are told. */
  readonly places: Places;
  /** How many rows a criterion has, counted not long ago. */
  readonly sizes: Map<string, { readonly size: number; readonly until: number }>;
  /** Keys for new resources, each one higher than those before. */
  readonly nextPks: (on: Queryable, count: number) => Promise<readonly string[]>;
}

/** Values of a statement, numbered as they come. */
export function binding(values: unknown[] = []): {
  readonly values: unknown[];
  readonly bind: (value: unknown) => string;
} {
  return { values, bind: (value) => `$${values.push(value)}` };
}
