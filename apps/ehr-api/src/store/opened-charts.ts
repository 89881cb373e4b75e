import { resourceTypes } from '@ehr/fhir/server';
import type { Access } from './access.ts';
import { binding, type Store } from './context.ts';
import { paramId, typeId } from './ids.ts';
import type { Bind } from './search/values.ts';

/** What labels a record as restricted (R), or as very restricted (V). */
const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const RESTRICTED = ['R', 'V'];

/** Charts `g` that who asks has opened, as far as their time is not over by the clock of the database. */
function mine({ tenantId, restricted }: Access, bind: Bind): string {
  return `g.tenant_id = ${bind(tenantId)}::smallint and g.issuer = ${bind(restricted?.issuer)}::text and g.subject = ${bind(restricted?.subject)}::text and g.until > statement_timestamp()`;
}

/**
 * Conditions of the rows `row` of `resource`: what is labelled as restricted is there for who opened the chart of a patient in
 * whose compartment it is. Looked up for such a row alone.
 */
export function openRows(access: Access, row: string, bind: Bind): readonly string[] {
  if (access.restricted === null) return [];
  const opened = `(select true from compartment c join opened_chart g on g.patient_id = c.patient_id where c.pk = ${row}.pk and ${mine(access, bind)} limit 1) is true`;
  return [`(not ${row}.restricted or (${opened}))`];
}

/** The same of old versions `v` of the resources `r`, beside those of the resource itself: what the version itself said counts. */
export function openVersions(access: Access, bind: Bind): readonly string[] {
  if (access.restricted === null) return [];
  const speaksOf = `v.content ~ ('"reference"\\s*:\\s*"Patient\\\\?/' || replace(g.patient_id, '.', '\\.') || '["/\\\\]')`;
  const isIt = `(r.type_id = ${bind(typeId('Patient'))}::int and r.id = g.patient_id)`;
  const opened = `(select true from opened_chart g where ${mine(access, bind)} and (${speaksOf} or ${isIt}) limit 1) is true`;
  return [`(${isRestricted('v.content')} is not true or (${opened}))`];
}

/** SQL: whether a text is labelled; null of none. Few are looked into. */
export function isRestricted(text: string): string {
  return `case when strpos(${text}, 'v3-Confidentiality') = 0 and strpos(${text}, '\\u') = 0 then false else is_restricted(${text}) end`;
}

/** Whether a resource is labelled. */
export function isLabelled(resource: Readonly<Record<string, unknown>>): boolean {
  const { security = [] } = (resource['meta'] ?? {}) as { readonly security?: readonly { readonly system?: string; readonly code?: string }[] }; // prettier-ignore
  return security.some(({ system, code = '' }) => system === CONFIDENTIALITY && RESTRICTED.includes(code));
}

/** Whether a text may be labelled; what is written in escapes is asked of the database. */
export function mayBeRestricted(content: string): boolean {
  return content.includes('v3-Confidentiality') || content.includes('\\u');
}

/** Opens a patient's chart for somebody; null: there is no such patient. */
export async function openChart(
  { on, access }: Store,
  { issuer, subject }: NonNullable<Access['restricted']>,
  { patient, reason, minutes }: { readonly patient: string; readonly reason: string; readonly minutes: number }, // prettier-ignore
): Promise<Date | null> {
  const { values, bind } = binding();
  const [tenant, id] = [`${bind(access.tenantId)}::smallint`, bind(patient)];
  const [row] = await on.query<{ until: Date }>(
    `insert into opened_chart (tenant_id, issuer, subject, patient_id, reason, until)
     select ${tenant}, ${bind(issuer)}::text, ${bind(subject)}::text, r.id, ${bind(reason)}::text, clock_timestamp() + make_interval(mins => ${bind(minutes)}::int)
     from resource r where r.tenant_id = ${tenant} and r.type_id = ${bind(typeId('Patient'))}::int and r.id = ${id} and not r.deleted
     returning until`,
    values,
  );
  return row?.until ?? null;
}

/** Marks what is labelled and was written by a release that knew nothing of it. */
export async function markRestricted({ on, access, tokenHash }: Store): Promise<void> {
  const { values, bind } = binding();
  const params = bind(resourceTypes().map((type) => paramId(type, '_security')));
  const codes = bind(RESTRICTED.map((code) => tokenHash('code', code)));
  const labelled = `select s.pk from search_token s where ${access.condition('s', bind)} and s.param_id = any(${params}::int[]) and s.hash = any(${codes}::bigint[]) and s.system = ${bind(tokenHash('system', CONFIDENTIALITY))}::bigint`;
  await on.query(`update resource r set restricted = true where r.pk in (${labelled}) and ${access.condition('r', bind)} and not r.restricted`, values); // prettier-ignore
}
