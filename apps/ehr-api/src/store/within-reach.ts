import type { Letter } from './access.ts';
import { binding, type Store } from './context.ts';
import { typeId } from './ids.ts';
import { mayBeRestricted, openRows } from './opened-charts.ts';
import { withinReach } from './search/conditions.ts';
import { whereOf } from './search/rows.ts';
import { nameOf } from './search/statement-names.ts';
import { keyOf } from './write-resources.ts';

/** What is to be done with a resource. */
export interface Intent {
  readonly type: string;
  readonly id: string;
  readonly letter: Letter;
  /** What it says, where it matters whether that is labelled as restricted. */
  readonly content?: string;
}

/** Of resources as they are now those with which this may not be done, by `keyOf`; one that is not there is among them. */
export async function outOfReach(store: Store, intents: readonly Intent[]): Promise<ReadonlySet<string>> {
  const { access } = store;
  const isHidden = ({ content = '' }: Intent) => access.restricted !== null && mayBeRestricted(content);
  const limited = intents.filter((one) => access.reach(one.type, one.letter) !== 'all' || isHidden(one));
  const found = new Set(limited.map(keyOf));
  for (const own of Map.groupBy(limited, (one) => `${one.type} ${one.letter} ${isHidden(one)}`).values()) {
    const [first] = own as [Intent];
    const { type, letter } = first;
    const { values, bind } = binding();
    const conditions = [
      access.condition('r', bind),
      ...(isHidden(first) ? openRows(access, 'r', bind) : []),
      `r.type_id = ${bind(typeId(type))}::int and r.id = any(${bind(own.map(({ id }) => id))}::text[])`,
      ...withinReach(whereOf(store, type), letter, 'r', bind),
    ];
    const sql = `select r.id from resource r where ${conditions.join(' and ')}`;
    for (const { id } of await store.on.query<{ id: string }>(sql, values, nameOf(sql)))
      found.delete(keyOf({ type, id }));
  }
  return found;
}
