import type { Criterion } from '@ehr/fhir/server';
import { binding, type Store } from '../store/context.ts';
import { type Bind, timeCondition } from '../store/search/values.ts';
import {
  actions,
  ALERT,
  type AuditRow,
  AUTHENTICATION,
  BREAK_GLASS,
  EMERGENCY,
  logins,
  outcomes,
  OVERRIDE,
} from './audit-event.ts';
import { subjectKey } from './subject-key.ts';

/** The audit is not searched by this. */
export class NotInAudit extends Error {
  override readonly name = 'NotInAudit';
}

/** What the audit is searched by. */
export const auditParameters: readonly string[] = ['_id', 'date', 'patient', 'entity', 'altid', 'action', 'type', 'subtype', 'outcome', 'address']; // prettier-ignore

/** Where a page ends: the row’s number, and which of its records was shown. */
export interface AuditPlace {
  readonly pk: string;
  readonly n: number;
}

/** Whoever opened this patient’s chart saw it for that purpose; a minute more, for what was read at the end of that time. */
const PURPOSE = `case when exists (
    select from opened_chart g where g.tenant_id = e.tenant_id and g.issuer = e.issuer and g.subject = e.agent and g.patient_id = a.patient_id
    and e.recorded between g.since and g.until + interval '1 minute'
  ) then concat_ws(' ', e.purpose, '${EMERGENCY}') else e.purpose end`;

/** Of several records of one row each has an id. */
const ID = `case when e.resource_ids is null then e.pk::text else concat(e.pk, '-', a.n) end`;

/** Who did what to which record of whom, the last first. @throws NotInAudit */
export async function findAudit(
  store: Store,
  criteria: readonly Criterion[],
  place: AuditPlace | undefined,
  count: number,
): Promise<readonly AuditRow[]> {
  const { values, bind } = binding();
  const after = (key: string) => place === undefined ? [] : [`${key} <= ${bind(place.pk)}::bigint and (${key} < ${bind(place.pk)}::bigint or a.n > ${bind(place.n)}::bigint)`]; // prettier-ignore
  const columns = `e.pk, a.n::int as n, ${ID} as id, e.recorded, e.agent, e.issuer, e.client, e.address, ${PURPOSE} as purpose,
    e.action, e.resource_type, a.resource_id, a.patient_id, e.outcome, e.query, e.reason`;
  const found = rowsOf(store, criteria, bind).map(({ rows, key, conditions }) =>
    `(select ${columns} from ${rows} where ${[...conditions, ...after(key)].join(' and ')} order by ${key} desc, a.n limit ${bind(count)}::int)`); // prettier-ignore
  return store.on.query<AuditRow>(
    `select f.*, f.pk::text as pk from (${found.join(' union all ')}) f order by f.pk desc, f.n limit ${bind(count)}::int`,
    values,
  );
}

/** How many there are. @throws NotInAudit */
export async function countAudit(store: Store, criteria: readonly Criterion[]): Promise<number> {
  const { values, bind } = binding();
  const found = rowsOf(store, criteria, bind).map(({ rows, conditions }) => `(select count(*) from ${rows} where ${conditions.join(' and ')})`); // prettier-ignore
  const [row] = await store.on.query<{ total: number }>(`select (${found.join(' + ')})::int as total`, values); // prettier-ignore
  return row?.total ?? 0;
}

/** Rows of the audit as `e`, with each of their records and patients as `a`. */
interface Rows {
  readonly rows: string;
  /** What their order is told by. */
  readonly key: string;
  readonly conditions: readonly string[];
}

const EACH = `cross join lateral unnest(
  coalesce(e.resource_ids, array[e.resource_id]), coalesce(e.patient_ids, array[e.patient_id])
) with ordinality as a (resource_id, patient_id, n)`;

/** Where somebody or something is asked for: rows of one record by its own columns, and of several by what they are about. */
function rowsOf({ access }: Store, criteria: readonly Criterion[], bind: Bind): readonly Rows[] {
  const all = () => [access.condition('e', bind), ...criteria.map((one) => conditionOf(one, bind, 'a'))];
  const about = criteria.find((one) => idsOf(one).length > 0);
  if (about === undefined) return [{ rows: `audit_event e ${EACH}`, key: 'e.pk', conditions: all() }];
  const keys = `array(select ${subjectKey(String(access.tenantId), 'i.id')} from unnest(${bind(idsOf(about))}::text[]) as i (id))`;
  // `offset 0`: each is looked up, in this order; the planner would walk the whole audit beside them.
  const events = `(select k.event from audit_about k where k.keys && ${keys} order by k.event desc offset 0) s
    cross join lateral (select * from audit_event o where o.pk = s.event offset 0) e`;
  return [
    { rows: `audit_event e ${EACH}`, key: 'e.pk', conditions: ['e.resource_ids is null', conditionOf(about, bind, 'e'), ...all()] },
    { rows: `${events} ${EACH}`, key: 's.event', conditions: all() },
  ]; // prettier-ignore
}

/** Who or what is asked for. */
function idsOf(criterion: Criterion): readonly string[] {
  const isAbout = criterion.type === 'reference' && ['patient', 'entity'].includes(criterion.parameter);
  return isAbout ? criterion.anyOf.map(({ targetId }) => targetId) : [];
}

/** `about`: what has the record and the patient. */
function conditionOf(criterion: Criterion, bind: Bind, about: 'a' | 'e'): string {
  const anyOf = (conditions: readonly string[]) => `(${['false', ...conditions].join(' or ')})`;
  const among = (column: string, texts: readonly string[]) => isOneOf(`e.${column}`, texts, bind);
  if (criterion.type === 'id') {
    const ids = criterion.anyOf.filter((id) => /^\d{1,18}(?:-\d{1,9})?$/u.test(id));
    return `e.pk = any(${bind(ids.map((id) => id.replace(/-.*/u, '')))}::bigint[]) and ${ID} = any(${bind(ids)}::text[])`;
  }
  const parameter = 'parameter' in criterion ? criterion.parameter : '';
  if (criterion.type === 'date' && parameter === 'date')
    return anyOf(criterion.anyOf.map((match) => timeCondition(match, 'e.recorded', bind)));
  if (criterion.type === 'reference' && parameter === 'patient')
    return isOneOf(`${about}.patient_id`, idsOf(criterion), bind);
  if (criterion.type === 'reference' && parameter === 'entity')
    return anyOf(criterion.anyOf.map(({ targetTypes, targetId }) => `(${about}.resource_id = ${bind(targetId)} and ${targetTypes.length === 0 ? 'true' : among('resource_type', targetTypes)})`)); // prettier-ignore
  if (criterion.type === 'token' && criterion.not !== true) {
    const codes = criterion.anyOf.map(({ code = '' }) => code);
    const named = (meanings: Readonly<Record<string, string>>) => Object.keys(meanings).filter((name) => codes.includes(meanings[name] ?? '')); // prettier-ignore
    if (parameter === 'altid')
      return anyOf(criterion.anyOf.map(({ system, code }) => `(${['true', ...(code === undefined ? [] : [`e.agent = ${bind(code)}`]), ...(system === undefined ? [] : [`coalesce(e.issuer, '') = ${bind(system)}`])].join(' and ')})`)); // prettier-ignore
    if (parameter === 'action') return among('action', named(actions));
    if (parameter === 'subtype') return among('action', [...codes, ...named(logins), ...named({ [BREAK_GLASS]: OVERRIDE.code ?? '' })]); // prettier-ignore
    if (parameter === 'type') {
      const special = { [BREAK_GLASS]: ALERT.code ?? '', login: AUTHENTICATION.code ?? '', logout: AUTHENTICATION.code ?? '' }; // prettier-ignore
      return anyOf([among('action', named(special)), ...(codes.includes('rest') ? [`not ${among('action', Object.keys(special))}`] : [])]); // prettier-ignore
    }
    if (parameter === 'outcome') return among('outcome', named(outcomes));
  }
  if (criterion.type === 'string' && parameter === 'address' && criterion.anyOf.every(({ how }) => how !== 'contains')) // prettier-ignore
    return anyOf(criterion.anyOf.map(({ text, how }) => how === 'exact' ? `e.address = ${bind(text)}` : `starts_with(e.address, ${bind(text)})`)); // prettier-ignore
  throw new NotInAudit();
}

/** Where it is one, rows come in the order of their index. */
function isOneOf(column: string, texts: readonly string[], bind: Bind): string {
  const [only, ...more] = texts;
  return only !== undefined && more.length === 0
    ? `${column} = ${bind(only)}::text`
    : `${column} = any(${bind(texts)}::text[])`;
}
