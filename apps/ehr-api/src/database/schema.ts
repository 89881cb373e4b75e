import type { Queryable } from './database.ts';
import type { Migration } from './migrations/migration.ts';

/** Which schemas of the database this code runs on; the image says so in its labels. */
export interface SchemaRange {
  /** The oldest that it can bring up to its own; 0 is an empty database. */
  readonly lowest: number;
  /** What its migrations make. */
  readonly own: number;
  /** The newest, made by a later release, that it still reads and writes. */
  readonly highest: number;
}

/**
 * A schema has the number of its last migration: `0003-…` makes schema 3. Each migration leaves the code before it
 * working (it adds; what nobody reads any more goes one migration later), so code runs on its own and on the next.
 */
export function schemaOf(migrations: readonly Migration[]): SchemaRange {
  const own = Math.max(0, ...migrations.map(({ name }) => numberOf(name)));
  return { lowest: 0, own, highest: own + 1 };
}

/** What the database is at now. */
export async function currentSchema(on: Queryable): Promise<number> {
  const [row] = await on.query<{ name: string | null }>('select max(name) as name from schema_migration');
  return numberOf(row?.name ?? '0');
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}
