import type { Queryable } from '../database/database.ts';

/** Somebody who is signed in, as the audit tells of them. */
export interface Who {
  readonly tenantId: number;
  readonly agent: string;
  readonly issuer: string;
  readonly client: string;
}

/** What may be done with resources of each type: `{ Patient: 'crus' }`; `$break-glass` where somebody may open charts. */
export type May = Readonly<Record<string, string>>;

/** Of a browser: what ehr-web knows of it, sealed, and how often that was changed; and what it may offer. */
export interface Session {
  readonly sealed: Buffer;
  readonly version: number;
  readonly may: May;
}

/** How long a session lasts without being used, and at most; seconds. */
export interface Lasting {
  readonly idle: number;
  readonly most: number;
}

/** When a session was last used is written no more often than this part of how long it may be idle. */
const TOUCHED_EVERY = 0.02;

/** Adds a session. */
export async function addSession(
  on: Queryable,
  key: Buffer,
  who: Who,
  { sealed, may }: Omit<Session, 'version'>,
  { idle, most }: Lasting,
): Promise<void> {
  await on.query(
    `insert into web_session (key, who, may, sealed, idle_seconds, expires, ends)
     values ($1, $2, $3, $4, $5::int, now() + least($5::int, $6::int) * interval '1 second', now() + $6::int * interval '1 second')`,
    [key, JSON.stringify(who), JSON.stringify(may), sealed, idle, most],
  );
}

/** Sessions that have ended by themselves go; whose they were. */
export async function endExpired(on: Queryable): Promise<readonly Who[]> {
  const rows = await on.query<{ who: Who }>(
    'delete from web_session where expires < now() returning who',
    [],
    'end-expired',
  );
  return rows.map(({ who }) => who);
}

/** A session that lasts, and does from now on for as long as it may be idle. */
export async function useSession(on: Queryable, key: Buffer): Promise<Session | undefined> {
  const [row] = await on.query<Session & { stale: boolean }>(
    `select sealed, version, may, expires < least(ends, now() + idle_seconds * ${1 - TOUCHED_EVERY} * interval '1 second') as stale
     from web_session where key = $1 and expires > now()`,
    [key],
    'use-session',
  );
  if (row === undefined) return undefined;
  if (row.stale)
    await on.query(
      "update web_session set expires = least(ends, now() + idle_seconds * interval '1 second') where key = $1 and expires > now()",
      [key],
      'touch-session',
    );
  return { sealed: Buffer.from(row.sealed), version: row.version, may: row.may };
}

/** Whether it is the caller who may change this version: for half a minute nobody else may. */
export async function claimSession(on: Queryable, key: Buffer, version: number): Promise<boolean> {
  const rows = await on.query(
    `update web_session set claimed = now() where key = $1 and version = $2 and expires > now()
       and (claimed is null or claimed < now() - interval '30 seconds') returning version`,
    [key, version],
  );
  return rows.length === 1;
}

/** The caller changes it not: others may. */
export async function releaseSession(on: Queryable, key: Buffer, version: number): Promise<void> {
  await on.query('update web_session set claimed = null where key = $1 and version = $2', [key, version]);
}

/** Keeps what a version became, of the same person; false where another one was kept meanwhile, or the session has ended. */
export async function keepSession(
  on: Queryable,
  key: Buffer,
  { agent, issuer, tenantId }: Who,
  { sealed, version, may }: Session,
): Promise<boolean> {
  const rows = await on.query(
    `update web_session set sealed = $3, may = $4, version = version + 1, claimed = null
     where key = $1 and version = $2 and expires > now()
       and who->>'agent' = $5 and who->>'issuer' = $6 and (who->>'tenantId')::int = $7::int returning version`,
    [key, version, sealed, JSON.stringify(may), agent, issuer, tenantId],
  );
  return rows.length === 1;
}

/** Sessions that were ended: whose they were, and what was kept of the one that was named. */
interface Ended {
  readonly whose: readonly Who[];
  readonly sealed: Buffer | undefined;
}

/** Ends a session, or all of the same person. */
export async function endSessions(on: Queryable, key: Buffer, everywhere: boolean): Promise<Ended> {
  const rows = await on.query<{ who: Who; sealed: Buffer | null }>(
    everywhere
      ? `delete from web_session s using web_session own where own.key = $1
           and s.who->>'issuer' = own.who->>'issuer' and s.who->>'agent' = own.who->>'agent' returning s.who, case when s.key = own.key then s.sealed end as sealed`
      : 'delete from web_session where key = $1 returning who, sealed',
    [key],
  );
  const sealed = rows.find((row) => row.sealed !== null)?.sealed;
  return { whose: rows.map(({ who }) => who), sealed: sealed ? Buffer.from(sealed) : undefined };
}

/** A session keeps so many; of more the oldest go. */
const MOST_NOTES = 200;

/** Keeps something for a while, of a session that lasts, or of nobody; false where it has ended. What nobody keeps any more goes. */
export async function addNote(
  on: Queryable,
  key: Buffer,
  session: Buffer | null,
  sealed: Buffer,
  seconds: number,
): Promise<boolean> {
  await on.query(
    `delete from web_note where expires < now() or key in (
       select key from web_note where session is not distinct from $1::bytea order by expires desc offset ${MOST_NOTES - 1})`,
    [session],
    'drop-notes',
  );
  const rows = await on.query(
    `insert into web_note (key, session, sealed, expires) select $1, $2::bytea, $3, now() + $4::int * interval '1 second'
     where $2::bytea is null or exists (select 1 from web_session where key = $2::bytea and expires > now()) returning key`,
    [key, session, sealed, seconds],
    'add-note',
  );
  return rows.length === 1;
}

/** What was kept, for the session that kept it alone. */
export async function readNote(
  on: Queryable,
  key: Buffer,
  session: Buffer | null,
): Promise<Buffer | undefined> {
  const [row] = await on.query<{ sealed: Buffer }>(
    'select sealed from web_note where key = $1 and session is not distinct from $2 and expires > now()',
    [key, session],
    'read-note',
  );
  return row && Buffer.from(row.sealed);
}
