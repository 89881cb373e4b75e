import { readConfig } from '../config/read-config.ts';
import { askKept, type Kept } from '../session/kept-by-api.ts';
import { isHolder, keyOf, newHolder, seal, unseal } from '../session/seal.ts';
import { visitor } from '../session/visitor.ts';
import { EVERYBODY, type PatientQuery } from './patient-query.ts';

/** So long an address leads to its search. */
const SECONDS = 3_600;

/** Keeps what is searched for, for this session alone: an address holds its id, and no name ends up in a history or a log. */
export async function rememberSearch(query: PatientQuery): Promise<Kept<string>> {
  const id = newHolder();
  const session = await sessionHolder();
  const kept = await askKept<object>('notes/keep', {
    key: keyOf(id),
    session: session === null ? null : keyOf(session),
    sealed: await seal(query, readConfig().secret, 'search', ...holders(id, session)),
    seconds: SECONDS,
  });
  return kept.kind === 'ok' ? { kind: 'ok', value: id } : kept;
}

/** What was searched for under this id; everybody without one, undefined when it is kept no more. */
export async function searchOf(id: string | undefined): Promise<PatientQuery | undefined> {
  if (id === undefined) return EVERYBODY;
  if (!isHolder(id)) return undefined;
  const session = await sessionHolder();
  const kept = await askKept<{ sealed: string }>('notes/read', {
    key: keyOf(id),
    session: session === null ? null : keyOf(session),
  });
  if (kept.kind !== 'ok') return undefined;
  const found = await unseal(kept.value.sealed, readConfig().secret, 'search', ...holders(id, session));
  return found === undefined ? undefined : { ...EVERYBODY, ...(found as PatientQuery) };
}

async function sessionHolder(): Promise<string | null> {
  const who = await visitor();
  return who.kind === 'signed-in' ? who.holder : null;
}

function holders(id: string, session: string | null): readonly string[] {
  return session === null ? [id] : [id, session];
}
