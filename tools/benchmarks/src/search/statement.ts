/** How a rival answers a search: rows of `type`, `id`, `body` and `mode`, with its values from $1 on. */
export interface Statement {
  /** Of a page and one match more; of all that match when there is no limit. */
  readonly sql: (limit?: number) => string;
  /** Its values, of those that were asked for and of where the page starts. */
  readonly values: (asked: readonly string[]) => readonly string[];
  /** How many match, for who tells it. */
  readonly count?: string;
}

export type Statements = Readonly<Record<string, Statement>>;

/** A page has one match more, which says whether another page follows. */
export const PAGE = 20;

/** `limit 21`, or nothing. */
export function limited(limit: number | undefined): string {
  return limit === undefined ? '' : `limit ${limit}`;
}
