import type { Criterion } from '@ehr/fhir/server';

/** What is done with a resource: create, read, update, delete, search. */
export type Letter = 'c' | 'r' | 'u' | 'd' | 's';

/** All resources of a type, or those that meet everything in one of these; none of these: nothing. */
export type Reach = 'all' | readonly (readonly Criterion[])[];

/** Whose records are asked for: a condition that every statement has. */
export interface Access {
  readonly tenantId: number;
  /** SQL that is true for the rows of this table, or alias, of the tenant; `bind` gives a value its `$n`. */
  readonly condition: (table: string, bind: (value: unknown) => string) => string;
  /** With which resources of a type this may be done. */
  readonly reach: (type: string, letter: Letter) => Reach;
  /** From whom records that are labelled as restricted are hidden, unless they opened the chart; null: they are there. */
  readonly restricted: { readonly issuer: string; readonly subject: string } | null;
  /** Whether they may open charts. */
  readonly opensCharts: boolean;
}

/** Of one tenant, as far as `reach` says; else everything. */
export function accessTo(
  tenantId: number,
  reach: Access['reach'] = () => 'all',
  charts: Pick<Access, 'restricted' | 'opensCharts'> = { restricted: null, opensCharts: false },
): Access {
  return {
    ...charts,
    tenantId,
    condition: (table, bind) => `${table}.tenant_id = ${bind(tenantId)}::smallint`,
    reach,
  };
}

/** Everything of the first tenant. */
export const wholeTenant: Access = accessTo(0);

/** What is asked besides of the resources of a type, so that only those are met with which this may be done; null: with none. */
export function reachOf(access: Access, type: string, letter: Letter): readonly Criterion[] | null {
  const reach = access.reach(type, letter);
  if (reach === 'all') return [];
  const [only, ...more] = reach;
  if (only === undefined) return null;
  return more.length === 0 ? only : [{ type: 'or', anyOf: reach.map((allOf) => ({ type: 'and', allOf })) }];
}
