import { clinicalDateOf, resourceTypes } from '@ehr/fhir/server';
import { binding, type Store } from './context.ts';
import { type Page, pageOfRows } from './find-resources.ts';
import { typeId, typeOf } from './ids.ts';
import { behind, orderBy, type Ordered } from './search/order.ts';
import type { Place } from './search/place.ts';
import { withinReachOfAny } from './search/reach.ts';
import { before, each, type FoundRow, placeText } from './search/statement.ts';
import { nameOf } from './search/statement-names.ts';
import type { Bind } from './search/values.ts';
import { FOUND_COLUMNS, type FoundColumns } from './stored-version.ts';

/** All that belongs to a patient, or to an encounter, as far as it is wanted. */
export interface Everything {
  readonly of: 'Patient' | 'Encounter';
  readonly id: string;
  /** Of these types alone; null: of all. */
  readonly types: readonly string[] | null;
  /** Changed since then; milliseconds since 1970. */
  readonly since: number | null;
  /** Of what has a time of its own, what began in this span; milliseconds since 1970. */
  readonly from: number | null;
  readonly until: number | null;
  readonly count: number;
}

/** One page: the patient or the encounter first, then what belongs to it, type by type, the newest first. */
export async function findEverything(
  store: Store,
  asked: Everything,
  place: Place | undefined,
): Promise<Page> {
  const back = place?.back === true;
  const asOf = place?.asOf ?? Date.now();
  const phases: (0 | 1)[] = back ? [1, 0] : [0, 1];
  const found: FoundRow[] = [];
  for (const phase of phases.slice(phases.indexOf(place?.phase ?? 0))) {
    if (found.length > asked.count) break;
    const here = place?.phase === phase ? place : undefined;
    const rows = await readPhase(store, asked, phase, {
      here,
      back,
      asOf,
      count: asked.count + 1 - found.length,
    });
    found.push(...rows.map((row) => ({ row, phase, at: row.at })));
  }
  return pageOfRows((row) => typeOf((row as ReadRow).type_id), found, asked.count, {
    mode: 'clinical',
    asOf,
    place,
    back,
  });
}

type ReadRow = FoundColumns & { readonly at: string; readonly type_id: number };

interface Along {
  readonly here: Place | undefined;
  readonly back: boolean;
  readonly asOf: number;
  readonly count: number;
}

/** The rows of the one itself (0), or of all that belongs to it (1). */
async function readPhase(
  store: Store,
  asked: Everything,
  phase: 0 | 1,
  { here, back, asOf, count }: Along,
): Promise<readonly ReadRow[]> {
  const { on, access } = store;
  const { values, bind } = binding();
  const ordered = phase === 0 ? ITSELF : BELONGING[asked.of];
  const own = access.condition('s', bind);
  const range =
    phase === 0
      ? `resource s where ${own} and s.type_id = ${bind(typeId(asked.of))}::int and s.id = ${bind(asked.id)}`
      : `${ranges[asked.of](asked.id, bind)} and ${own}`;
  const next = here ? `and ${behind(ordered, here.at, back, bind)}` : '';
  const names = ordered.columns.map(({ sql }, index) => `${sql} as k${index}`).join(', ');
  const keys = `select ${names}, s.pk from ${range} ${next} ${orderBy(ordered, back, (index) => ordered.columns[index]?.sql ?? '')} offset 0`;
  const conditions = [access.condition('r', bind), 'not r.deleted', ...withinReachOfAny(store, 'r', 'r', bind), ...wanted(asked, phase, bind)]; // prettier-ignore
  if (here !== undefined || phase === 1) conditions.push(before(asOf, bind));
  const sql = `select ${FOUND_COLUMNS}, r.type_id, ${placeText(ordered.columns, (index) => `d.k${index}`)} as at from ${each(keys, conditions)}
    ${orderBy(ordered, back, (index) => `d.k${index}`)} limit ${bind(count)}::int`;
  return on.query<ReadRow>(sql, values, nameOf(sql));
}

const ITSELF: Ordered = {
  columns: [{ sql: 's.pk', type: 'bigint', descending: false }],
  ranges: null,
  conditions: [],
};

const newestFirst = [
  { sql: 's.sort', type: 'bigint', descending: true },
  { sql: 's.pk', type: 'bigint', descending: true },
] as const;

const BELONGING: Readonly<Record<Everything['of'], Ordered>> = {
  Patient: { ...ITSELF, columns: [{ sql: 's.type_id', type: 'bigint', descending: false }, ...newestFirst] },
  Encounter: { ...ITSELF, columns: [{ sql: 's.param_id', type: 'bigint', descending: false }, ...newestFirst] }, // prettier-ignore
};

const ranges: Readonly<Record<Everything['of'], (id: string, bind: Bind) => string>> = {
  Patient: (id, bind) => `compartment s where s.patient_id = ${bind(id)}`,
  // What refers to it by several parameters is told of once.
  Encounter: (id, bind) => {
    const target = (row: string) => `${row}.target_type_id = ${bind(typeId('Encounter'))}::int and ${row}.target_id = ${bind(id)}`; // prettier-ignore
    return `search_reference s where ${target('s')} and s.element is null and (select true from search_reference x where x.pk = s.pk and ${target('x')} and x.element is null and x.param_id < s.param_id limit 1) is not true`;
  },
};

/** What is asked of each resource. */
function wanted({ of, id, types, since, from, until }: Everything, phase: 0 | 1, bind: Bind): string[] {
  const conditions: string[] = [];
  if (phase === 1) conditions.push(`not (r.type_id = ${bind(typeId(of))}::int and r.id = ${bind(id)})`);
  if (types !== null) conditions.push(`r.type_id = any(${bind(types.map(typeId))}::int[])`);
  if (since !== null)
    conditions.push(`r.last_updated >= to_timestamp(${bind(String(since))}::float8 / 1000)`);
  if (phase === 0 || (from === null && until === null)) return conditions;
  const dated = resourceTypes().filter((type) => clinicalDateOf(type) !== undefined);
  const span = [
    ...(from === null ? [] : [`d.k1 >= ${bind(String(from))}::bigint`]),
    ...(until === null ? [] : [`d.k1 < ${bind(String(until))}::bigint`]),
  ];
  conditions.push(`(r.type_id <> all(${bind(dated.map(typeId))}::int[]) or (${span.join(' and ')}))`);
  return conditions;
}
