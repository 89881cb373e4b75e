import { setTimeout } from 'node:timers/promises';
import type { FhirSettings } from '../config/fhir-settings.ts';
import type { Queryable, Transactional } from '../database/database.ts';
import { asClient } from '../database/take-turns.ts';
import type { Store } from '../store/context.ts';
import { subjectKey } from './subject-key.ts';

/** Who asks, and in which request. */
export interface Caller {
  /** As their issuer calls them; `unknown` without a token. */
  readonly agent: string;
  readonly issuer: string | null;
  /** The program by which they ask. */
  readonly client: string | null;
  /** Where they ask from. */
  readonly address: string | null;
  /** What for, as their token says: http://terminology.hl7.org/ValueSet/v3-PurposeOfUse */
  readonly purpose: string | null;
  readonly requestId: string;
}

/** Who did what to which resource, as it is stored. */
export interface AuditEntry {
  /** The interaction's code. */
  readonly action: string;
  readonly resourceType: string;
  /** The record that was shown or changed; null where it was none: an empty search. */
  readonly resourceId: string | null;
  /** Whom it says something of. */
  readonly patients: readonly string[];
  readonly outcome: 'success' | 'not-found' | 'conflict' | 'refused';
  /** What was searched for. */
  readonly query?: string | undefined;
  /** Why a chart was opened. */
  readonly reason?: string | undefined;
}

type Row = readonly (string | number | null)[];

const COLUMNS = [
  ['tenant_id', 'smallint'],
  ['agent', 'text'],
  ['issuer', 'text'],
  ['client', 'text'],
  ['address', 'text'],
  ['purpose', 'text'],
  ['request_id', 'text'],
  ['action', 'text'],
  ['resource_type', 'text'],
  ['outcome', 'text'],
  ['query', 'text'],
  ['reason', 'text'],
  ['resource_id', 'text'],
  ['patient_id', 'text'],
  // Lists, as PostgreSQL writes them: one of lists that differ in length cannot be sent.
  ['resource_ids', 'text'],
  ['patient_ids', 'text'],
  ['subjects', 'text'],
] as const;

const NAMES = COLUMNS.map(([name]) => name);
const STORED = NAMES.filter((name) => name !== 'subjects');

const INSERT = `with u as materialized (
    select nextval('audit_event_pk_seq') as pk, u.* from unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) as u (${NAMES.join(', ')})
  ), event as (
    insert into audit_event (pk, ${STORED.join(', ')}) overriding system value
    select u.pk, ${STORED.map((name) => `u.${name}${name.endsWith('_ids') ? '::text[]' : ''}`).join(', ')} from u
  )
  insert into audit_about (event, keys)
  select u.pk, array(select ${subjectKey('u.tenant_id', 's.id')} from unnest(u.subjects::text[]) as s (id)) from u where u.subjects is not null`;

/**
 * Adds a row for what was done with a record, and one for several of a type with which the same was done. A write has them in its
 * transaction, so that neither exists without the other; a read awaits them before it answers, so that nothing is shown unrecorded.
 * Reads at the same time are written together.
 */
export async function recordAudit(
  { on, database, access, settings }: Pick<Store, 'on' | 'access'> & { readonly database: Transactional; readonly settings: Pick<FhirSettings, 'audits'> }, // prettier-ignore
  caller: Caller,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0 || !settings.audits) return;
  const rows = groupsOf(entries).flatMap((alike) => rowsOf(access.tenantId, caller, alike));
  await (on === database ? together(database, rows) : insert(on, rows));
}

/** Those that one row tells of: the same was done, with the same outcome, with records of one type. Of a page mostly all. */
function groupsOf(entries: readonly AuditEntry[]): readonly (readonly AuditEntry[])[] {
  const [first] = entries;
  const isAlike = (one: AuditEntry) => ALIKE.every((name) => one[name] === first?.[name]);
  return entries.every(isAlike) ? [entries] : [...Map.groupBy(entries, nameOf).values()];
}

const ALIKE = ['action', 'resourceType', 'outcome', 'query', 'reason'] as const;

/** A reason alone may have several lines. */
function nameOf({ action, resourceType, outcome, query = '', reason = '' }: AuditEntry): string {
  return `${action}\n${resourceType}\n${outcome}\n${query}\n${reason}`;
}

/** One row tells of so many records and patients at most. */
const MOST = 1_000;

function rowsOf(tenantId: number, caller: Caller, alike: readonly AuditEntry[]): readonly Row[] {
  const [first] = alike;
  if (first === undefined) return [];
  const { agent, issuer, client, address, purpose, requestId } = caller;
  const { action, resourceType, outcome, query = null, reason = null } = first;
  const own = [tenantId, agent, issuer, client, address, purpose, requestId, action, resourceType, outcome, query, reason]; // prettier-ignore
  const pairs = alike.flatMap(({ resourceId, patients }) => (patients.length === 0 ? [null] : patients).map((patient): Pair => [resourceId, patient])); // prettier-ignore
  return Array.from({ length: Math.ceil(pairs.length / MOST) }, (_, part) => [...own, ...aboutOf(pairs.slice(part * MOST, (part + 1) * MOST))]); // prettier-ignore
}

/** One in columns, several in lists. */
function aboutOf(pairs: readonly Pair[]): Row {
  const [pair = [null, null], ...more] = pairs;
  if (more.length === 0) return [...pair, null, null, null];
  const lists = [pairs.map(([id]) => id), pairs.map(([, id]) => id), [...new Set(pairs.flat())].filter((id) => id !== null)]; // prettier-ignore
  return [null, null, ...lists.map(listOf)];
}

/** A record, and a patient whom it is about. */
type Pair = readonly [resource: string | null, patient: string | null];

/** What stands in a list as it is; anything else in quotes. */
const PLAIN = /^(?!null$)[A-Za-z0-9\-.]+$/iu;

/** https://www.postgresql.org/docs/17/arrays.html#ARRAYS-IO */
function listOf(ids: readonly (string | null)[]): string {
  return `{${ids.map((id) => id === null || PLAIN.test(id) ? id ?? 'NULL' : `"${id.replaceAll(/["\\]/gu, String.raw`\$&`)}"`).join(',')}}`; // prettier-ignore
}

async function insert(on: Queryable, rows: readonly Row[]): Promise<void> {
  await on.query(INSERT, COLUMNS.map((_column, index) => rows.map((row) => row[index] ?? null)), 'audit'); // prettier-ignore
}

/** What waits to be written, of how many accesses it is, and of how many it is thought to become. */
interface Waiting {
  readonly rows: Row[];
  accesses: number;
  readonly expected: number;
  /** As many are there as are expected. */
  readonly complete: () => void;
  done: Promise<void>;
}

const waiting = new WeakMap<Transactional, Waiting>();
const writing = new WeakMap<Transactional, Waiting>();

/** So long as many are waited for as were written last: a statement for each costs more than they do. */
const GATHER_MS = 2;

/** Of requests of a tenant that wait while others are written, all rows in one statement: a commit for each would cost more than the reads. */
function together(database: Transactional, rows: readonly Row[]): Promise<void> {
  const group = waiting.get(database) ?? gather(database);
  group.rows.push(...rows);
  group.accesses += 1;
  if (group.accesses >= group.expected) group.complete();
  return group.done;
}

function gather(database: Transactional): Waiting {
  const before = writing.get(database);
  const { promise: all, resolve: complete } = Promise.withResolvers<void>();
  const group: Waiting = { rows: [], accesses: 0, expected: before?.accesses ?? 1, complete, done: Promise.resolve() }; // prettier-ignore
  group.done = (before?.done ?? Promise.resolve())
    .catch(() => undefined)
    .then(async () => {
      if (group.accesses < group.expected) await Promise.race([all, setTimeout(GATHER_MS)]);
      waiting.delete(database);
      // Of all of them: it waits for nobody's own turn.
      await asClient('', () => insert(database, group.rows));
    });
  waiting.set(database, group);
  writing.set(database, group);
  return group;
}
