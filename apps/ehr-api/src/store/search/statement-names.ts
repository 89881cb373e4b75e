import { hash } from 'node:crypto';

/** Each connection prepares so many statements once; others are planned each time. */
const MOST_NAMED = 500;
const names = new Map<string, string>();

/** The name under which a statement is prepared; undefined once there are too many: how they differ is up to clients. */
export function nameOf(sql: string): string | undefined {
  const known = names.get(sql);
  if (known !== undefined || names.size >= MOST_NAMED) return known;
  const name = hash('sha1', sql);
  names.set(sql, name);
  return name;
}
