import type { Criterion } from '@ehr/fhir/server';
import { binding, type Store } from '../store/context.ts';
import { type Bind, timeCondition } from '../store/search/values.ts';
import {
  actions,
  ALERT,
  type AuditRow,
  AUTHENTICATION,
  BREAK_GLASS,
  logins,
  outcomes,
  OVERRIDE,
} from './audit-event.ts';

/** The audit is not searched by this. */
export class NotInAudit extends Error {
  override readonly name = 'NotInAudit';
}

/** What the audit is searched by. */
export const auditParameters: readonly string[] = ['_id', 'date', 'patient', 'entity', 'altid', 'action', 'type', 'subtype', 'outcome', 'address']; // prettier-ignore

/** Where a page ends: the row’s number. */
export interface AuditPlace {
  readonly pk: string;
}

/** Rows of the audit, the last first. @throws NotInAudit */
export async function findAudit(
  { on, access }: Store,
  criteria: readonly Criterion[],
  place: AuditPlace | undefined,
  count: number,
): Promise<readonly AuditRow[]> {
  const { values, bind } = binding();
  const conditions = [access.condition('e', bind), ...criteria.map((one) => conditionOf(one, bind))];
  if (place !== undefined) conditions.push(`e.pk < ${bind(place.pk)}::bigint`);
  return on.query<AuditRow>(
    `select e.pk::text as pk, e.recorded, e.agent, e.issuer,
       e.client, e.address, e.purpose, e.action, e.resource_type, e.resource_id, e.patient_id, e.outcome, e.query, e.reason
     from audit_event e where ${conditions.join(' and ')} order by e.pk desc limit ${bind(count)}::int`,
    values,
  );
}

/** How many rows there are. @throws NotInAudit */
export async function countAudit({ on, access }: Store, criteria: readonly Criterion[]): Promise<number> {
  const { values, bind } = binding();
  const conditions = [access.condition('e', bind), ...criteria.map((one) => conditionOf(one, bind))];
  const [row] = await on.query<{ total: number }>(`select count(*)::int as total from audit_event e where ${conditions.join(' and ')}`, values); // prettier-ignore
  return row?.total ?? 0;
}

function conditionOf(criterion: Criterion, bind: Bind): string {
  const anyOf = (conditions: readonly string[]) => `(${['false', ...conditions].join(' or ')})`;
  const among = (column: string, texts: readonly string[]) => `e.${column} = any(${bind(texts)}::text[])`;
  if (criterion.type === 'id')
    return `e.pk = any(${bind(criterion.anyOf.filter((id) => /^\d{1,18}$/u.test(id)))}::bigint[])`;
  const parameter = 'parameter' in criterion ? criterion.parameter : '';
  if (criterion.type === 'date' && parameter === 'date')
    return anyOf(criterion.anyOf.map((match) => timeCondition(match, 'e.recorded', bind)));
  if (criterion.type === 'reference' && parameter === 'patient')
    return among('patient_id', criterion.anyOf.map(({ targetId }) => targetId)); // prettier-ignore
  if (criterion.type === 'reference' && parameter === 'entity')
    return anyOf(criterion.anyOf.map(({ targetTypes, targetId }) => `(e.resource_id = ${bind(targetId)} and ${targetTypes.length === 0 ? 'true' : among('resource_type', targetTypes)})`)); // prettier-ignore
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
