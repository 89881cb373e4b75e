import type { Letter } from './access.ts';
import { binding, type Store } from './context.ts';
import { typeId } from './ids.ts';
import { withinReach } from './search/conditions.ts';
import { whereOf } from './search/rows.ts';
import { nameOf } from './search/statement-names.ts';
import { keyOf } from './write-resources.ts';

/** What is to be done with a resource. */
export interface Intent {
  readonly type: string;
  readonly id: string;
  readonly letter: Letter;
}

/** Of resources as they are now those with which this may not be done, by `keyOf`; one that is not there is among them. */
export async function outOfReach(store: Store, intents: readonly Intent[]): Promise<ReadonlySet<string>> {
  const limited = intents.filter(({ type, letter }) => store.access.reach(type, letter) !== 'all');
  const found = new Set(limited.map(keyOf));
  for (const own of Map.groupBy(limited, ({ type, letter }) => `${type} ${letter}`).values()) {
    const [{ type, letter }] = own as [Intent];
    const { values, bind } = binding();
    const conditions = [
      store.access.condition('r', bind),
      `r.type_id = ${bind(typeId(type))}::int and r.id = any(${bind(own.map(({ id }) => id))}::text[])`,
      ...withinReach(whereOf(store, type), letter, 'r', bind),
    ];
    const sql = `select r.id from resource r where ${conditions.join(' and ')}`;
    for (const { id } of await store.on.query<{ id: string }>(sql, values, nameOf(sql)))
      found.delete(keyOf({ type, id }));
  }
  return found;
}
