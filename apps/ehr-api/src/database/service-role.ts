import { hash } from 'node:crypto';
import { StartError } from '@ehr/service-kit';
import type { Database, Queryable } from './database.ts';
import { MIGRATION_LOCK } from './migrate.ts';

/** What the service does with each table, and no more: it changes no schema, no tenants, and nothing of the audit. */
const RIGHTS: Readonly<Record<string, string>> = {
  resource: 'select, insert, update',
  resource_version: 'select, insert',
  search_token: 'select, insert, delete',
  search_string: 'select, insert, delete',
  search_date: 'select, insert, delete',
  search_quantity: 'select, insert, delete',
  search_reference: 'select, insert, delete',
  compartment: 'select, insert, delete',
  audit_event: 'select, insert',
  audit_about: 'select, insert',
  opened_chart: 'select, insert',
  web_session: 'select, insert, update, delete',
  web_note: 'select, insert, update, delete',
  tenant: 'select',
  hash_key: 'select',
  schema_migration: 'select',
};

/** Whose next number it takes. */
const SEQUENCES = ['resource_block', 'audit_event_pk_seq'];

/** PostgreSQL cuts longer names. */
const LONGEST = 63;

/**
 * The role by which requests are served, for which the policies of rows hold; made, and given what it needs, where it is not
 * there: in a new database, or in one that was restored on another server. Roles are of a whole server, so each database has its
 * own: who may be that of one environment is nobody in another's.
 * @throws StartError where the user of the database may not make it, with what an administrator runs once; and where its rows
 * would not be kept apart
 */
export function serviceRole(database: Database): Promise<string> {
  return database.transaction(async (on) => {
    // Of replicas that start together one gives, the others find it given.
    await on.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const [own] = await on.query<{ name: string; login: string }>('select current_database() as name, current_user as login'); // prettier-ignore
    if (own === undefined) throw new Error('A session has a database.');
    const role = nameFor(own.name);
    if (!(await isMember(on, role))) await make(on, role, own.login);
    await give(on, role);
    await demandApart(on, role);
    return role;
  });
}

function nameFor(database: string): string {
  const name = `ehr_service_${database}`;
  return Buffer.byteLength(name) <= LONGEST ? name : `ehr_service_${hash('sha1', database)}`;
}

/** Whether the role is there, and this user may act as it. */
async function isMember(on: Queryable, role: string): Promise<boolean> {
  const [row] = await on.query<{ is: boolean }>(
    `select pg_has_role(oid, case when current_setting('server_version_num')::int < 160000 then 'MEMBER' else 'SET' end) as is
     from pg_roles where rolname = $1`,
    [role],
  );
  return row?.is === true;
}

async function make(on: Queryable, role: string, login: string): Promise<void> {
  const [name, user] = [quoted(role), quoted(login)];
  try {
    const [there] = await on.query('select 1 as one from pg_roles where rolname = $1', [role]);
    if (there === undefined) await on.query(`create role ${name} nologin`);
    await on.query(`grant ${name} to ${user}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NOT_ALLOWED) throw error;
    throw new StartError(
      'SERVICE_ROLE_MISSING',
      'setting',
      `The user of DATABASE_URL may not make the role by which tenants are kept apart. Have an administrator of the server run, once: create role ${name} nologin; grant ${name} to ${user};`,
      { cause: error },
    );
  }
}

/** https://www.postgresql.org/docs/17/errcodes-appendix.html: insufficient_privilege */
const NOT_ALLOWED = '42501';

/** What it has is not given again: that would have all replicas plan their statements anew. */
async function give(on: Queryable, role: string): Promise<void> {
  const name = quoted(role);
  const missing = await on.query<{ right: string; on: string }>(
    `select w.right, 'table ' || string_agg(format('%I', w.table), ', ') as on from unnest($2::text[], $3::text[]) as w ("table", "right")
     where not has_table_privilege($1, format('%I', w.table), w.right) group by w.right
     union all select 'usage', format('sequence %I', s) from unnest($4::text[]) s where not has_sequence_privilege($1, format('%I', s), 'usage')
     union all select 'usage', format('schema %I', current_schema()) where not has_schema_privilege($1, current_schema(), 'usage')`,
    [role, ...rights(), SEQUENCES],
  );
  for (const one of missing) await on.query(`grant ${one.right} on ${one.on} to ${name}`);
}

function rights(): readonly [tables: readonly string[], rights: readonly string[]] {
  const all = Object.entries(RIGHTS).flatMap(([table, own]) => own.split(', ').map((right) => [table, right] as const)); // prettier-ignore
  return [all.map(([table]) => table), all.map(([, right]) => right)];
}

/** That the database says so itself: not of a superuser, nor of who owns a table or may act as its owner. */
async function demandApart(on: Queryable, role: string): Promise<void> {
  await on.query("select set_config('role', $1, true)", [role]);
  const open = await on.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
     join pg_namespace n on n.oid = c.relnamespace and n.nspname = current_schema()
     where c.relkind in ('r', 'p') and not row_security_active(c.oid)`,
  );
  await on.query("select set_config('role', 'none', true)");
  if (open.length === 0) return;
  throw new StartError(
    'SERVICE_ROLE_UNBOUND',
    'setting',
    `The role ${quoted(role)} meets the rows of all tenants in ${open.map(({ name }) => name).join(', ')}; it may be no superuser, have no bypassrls, own no table, and be no member of who does.`,
  );
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
