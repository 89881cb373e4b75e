import type { Queryable } from '../database/database.ts';

/** Of each block that the database gives. */
const BLOCK = 1000;

/** Keys for new resources: of blocks that this process alone has, so that a row's key is known before it is written. */
export function pkSource(): (on: Queryable, count: number) => Promise<readonly string[]> {
  let free: number[] = [];
  return async (on, count) => {
    const missing = count - free.length;
    if (missing > 0) {
      const rows = await on.query<{ block: string }>(
        "select nextval('resource_block')::text as block from generate_series(1, $1::int)",
        [Math.ceil(missing / BLOCK)],
      );
      for (const { block } of rows) for (let n = 0; n < BLOCK; n += 1) free.push(Number(block) * BLOCK + n);
    }
    const taken = free.slice(0, count);
    free = free.slice(count);
    return taken.map(String);
  };
}
