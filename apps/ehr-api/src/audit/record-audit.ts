import type { FhirSettings } from '../config/fhir-settings.ts';
import type { Queryable, Transactional } from '../database/database.ts';
import { asClient } from '../database/take-turns.ts';
import type { Store } from '../store/context.ts';

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
  readonly query?: string;
  /** Why a chart was opened. */
  readonly reason?: string;
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
  ['resource_id', 'text'],
  ['patient_id', 'text'],
  ['outcome', 'text'],
  ['query', 'text'],
  ['reason', 'text'],
] as const;

const NAMES = COLUMNS.map(([name]) => name).join(', ');

/** Whoever opened this patient's chart sees it for that purpose; a minute more, for what was read at the end of that time. */
const OPENED = `(select true from opened_chart g where g.tenant_id = u.tenant_id and g.issuer = u.issuer and g.subject = u.agent
  and g.patient_id = u.patient_id and g.until > statement_timestamp() - interval '1 minute' limit 1) is true`;
const BREAK_THE_GLASS = 'BTG';

const INSERT = `insert into audit_event (${NAMES})
  select ${COLUMNS.map(([name]) => (name === 'purpose' ? `case when ${OPENED} then concat_ws(' ', u.purpose, '${BREAK_THE_GLASS}') else u.purpose end` : `u.${name}`)).join(', ')}
  from unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) as u (${NAMES})`;

/**
 * Adds a row for each entry and patient. A write has them in its transaction, so that neither exists without the other; a read
 * awaits them before it answers, so that nothing is shown unrecorded. Reads at the same time are written together.
 */
export async function recordAudit(
  { on, database, access, settings }: Pick<Store, 'on' | 'access'> & { readonly database: Transactional; readonly settings: Pick<FhirSettings, 'audits'> }, // prettier-ignore
  caller: Caller,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0 || !settings.audits) return;
  const rows = entries.flatMap((entry) => rowsOf(access.tenantId, caller, entry));
  await (on === database ? together(database, rows) : insert(on, rows));
}

function rowsOf(tenantId: number, caller: Caller, entry: AuditEntry): readonly Row[] {
  const { agent, issuer, client, address, purpose, requestId } = caller;
  const patients = entry.patients.length > 0 ? entry.patients : [null];
  return patients.map((patient) => [tenantId, agent, issuer, client, address, purpose, requestId, entry.action, entry.resourceType, entry.resourceId, patient, entry.outcome, entry.query ?? null, entry.reason ?? null]); // prettier-ignore
}

async function insert(on: Queryable, rows: readonly Row[]): Promise<void> {
  await on.query(INSERT, COLUMNS.map((_column, index) => rows.map((row) => row[index] ?? null)), 'audit'); // prettier-ignore
}

/** What waits to be written, and for what it waits. */
interface Waiting {
  rows: Row[];
  done: Promise<void>;
}

const waiting = new WeakMap<Transactional, Waiting>();
const writing = new WeakMap<Transactional, Promise<void>>();

/** Of requests of a tenant that wait while others are written, all rows in one statement: a commit for each would cost more than the reads. */
function together(database: Transactional, rows: readonly Row[]): Promise<void> {
  const group = waiting.get(database);
  if (group !== undefined) {
    group.rows.push(...rows);
    return group.done;
  }
  const own: Waiting = { rows: [...rows], done: Promise.resolve() };
  const before = writing.get(database) ?? Promise.resolve();
  own.done = before
    .catch(() => undefined)
    .then(() => {
      waiting.delete(database);
      // Of all of them: it waits for nobody's own turn.
      return asClient('', () => insert(database, own.rows));
    });
  waiting.set(database, own);
  writing.set(database, own.done);
  return own.done;
}
