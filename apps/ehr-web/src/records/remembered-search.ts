import { readConfig } from '../config/read-config.ts';
import { askKept } from '../session/kept-by-api.ts';
import { isHolder, keyOf, newHolder, seal, unseal } from '../session/seal.ts';
import { visitor } from '../session/visitor.ts';
import { EVERYBODY, type PatientQuery } from './patient-query.ts';

/** So long an address leads to its search. */
const SECONDS = 3_600;

/** Keeps what is searched for, for this session alone: an address holds its id, and no name ends up in a history or a log. Undefined where it cannot be kept. */
export async function rememberSearch(query: PatientQuery): Promise<string | undefined> {
  const id = newHolder();
  const { place, holders } = await placeOf(id);
  const sealed = await seal(query, readConfig().secret, 'search', ...holders);
  const kept = await askKept<object>('notes/keep', { ...place, sealed, seconds: SECONDS });
  return kept.kind === 'ok' ? id : undefined;
}

/** What was searched for under this id; everybody without one, undefined when it is kept no more. */
export async function searchOf(id: string | undefined): Promise<PatientQuery | undefined> {
  if (id === undefined) return EVERYBODY;
  if (!isHolder(id)) return undefined;
  const { place, holders } = await placeOf(id);
  const kept = await askKept<{ sealed: string }>('notes/read', place);
  if (kept.kind !== 'ok') return undefined;
  const found = await unseal(kept.value.sealed, readConfig().secret, 'search', ...holders);
  return found === undefined ? undefined : { ...EVERYBODY, ...(found as PatientQuery) };
}

/** Where a search is kept, and what it takes to open it: its id, and whose session it is, where there is one. */
async function placeOf(id: string) {
  const who = await visitor();
  const own = who.kind === 'signed-in' ? [who.holder] : [];
  const [session = null] = own.map((holder) => keyOf(holder));
  return { place: { key: keyOf(id), session }, holders: [id, ...own] };
}
