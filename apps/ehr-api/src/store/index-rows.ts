import { normalizeSearchString } from '@ehr/fhir';
import {
  BEGINNING,
  clinicalDateOf,
  compartmentParameters,
  linksOf,
  type SearchEntry,
  type SearchParameter,
  searchParameterOf,
  searchParametersOf,
  targetOf,
} from '@ehr/fhir/server';
import { paramId, typeId } from './ids.ts';
import { NO_SYSTEM, type TokenHash } from './token-hash.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Values of a column, a row after the other. */
type Values = (string | number | null)[];

/**
 * The rows by which resources are found, column by column as they are sent: the key of the resource, then the columns of
 * its table.
 */
export interface IndexRows {
  readonly token: readonly [pk: Values, param: Values, hash: Values, system: Values, sort: Values];
  readonly string: readonly [pk: Values, param: Values, value: Values, exact: Values];
  readonly date: readonly [pk: Values, param: Values, low: Values, high: Values];
  readonly reference: readonly [pk: Values, type: Values, id: Values, param: Values, sort: Values];
  readonly compartment: readonly [pk: Values, patient: Values, type: Values, sort: Values];
}

/** No rows yet. */
export function noRows(): IndexRows {
  return {
    token: [[], [], [], [], []],
    string: [[], [], [], []],
    date: [[], [], [], []],
    reference: [[], [], [], [], []],
    compartment: [[], [], [], []],
  };
}

/** A resource has no more rows: nobody's record has so many values, and each costs. */
export const MOST_ROWS = 10_000;

/** How a type's search parameters are indexed. */
interface Plan {
  readonly type: number;
  readonly parameters: readonly {
    readonly parameter: SearchParameter;
    readonly param: number;
    /** It says when what the resource tells of happened. */
    readonly isWhen: boolean;
    /** By what it refers to the resource belongs to a patient's chart. */
    readonly isOfChart: boolean;
  }[];
}

const plans = new Map<string, Plan>();

function planOf(type: string): Plan {
  let plan = plans.get(type);
  if (plan === undefined) {
    const when = clinicalDateOf(type);
    const ofChart = compartmentParameters(type).flatMap(
      (name) => searchParameterOf(type, name)?.sources ?? [],
    );
    const own = searchParametersOf(type).filter(({ name, sources }) => sources.includes(name));
    const parameters = own.map((parameter) => ({
      parameter,
      param: paramId(type, parameter.name),
      isWhen: parameter === when,
      isOfChart: ofChart.includes(parameter.name),
    }));
    // What comes first says how all others are sorted.
    plan = { type: typeId(type), parameters: parameters.sort((a, b) => Number(b.isWhen) - Number(a.isWhen)) };
    plans.set(type, plan);
  }
  return plan;
}

/** What is written: a valid resource under its key. */
interface Indexed {
  readonly pk: string;
  readonly resource: JsonObject & { readonly resourceType: string };
  readonly id: string;
  readonly lastUpdated: Date;
}

/**
 * Adds everything by which a resource can be found, none of it twice.
 * @returns false when that is more than `MOST_ROWS`
 */
export function addIndexRows(
  rows: IndexRows,
  { pk, resource, id, lastUpdated }: Indexed,
  tokenHash: TokenHash,
): boolean {
  // prettier-ignore
  const { type, parameters } = planOf(resource.resourceType);
  const before = countOf(rows);
  let sort = String(lastUpdated.getTime());
  const targets = new Set<string>();
  const patients = new Set<string>(resource.resourceType === 'Patient' ? [id] : []);
  for (const { parameter, param, isWhen, isOfChart } of parameters) {
    const entries = parameter.entries(resource);
    if (isWhen) sort = sortOf(entries) ?? sort;
    const isNew = entries.length > 1 ? once() : always;
    for (const entry of entries) {
      switch (entry.type) {
        case 'token': {
          const hash = tokenHash('code', entry.code);
          const system = entry.system === '' ? NO_SYSTEM : tokenHash('system', entry.system);
          if (isNew(hash, system)) add(rows.token, pk, param, hash, system, sort);
          if (system !== NO_SYSTEM && isNew(system, NO_SYSTEM))
            add(rows.token, pk, param, system, NO_SYSTEM, sort);
          break;
        }
        case 'string': {
          const text = indexedText(entry.value);
          if (isNew(text, entry.value)) add(rows.string, pk, param, text, entry.value);
          if (entry.wordStarts)
            for (const words of new Set(laterWords(text)))
              if (isNew(words, '')) add(rows.string, pk, param, words, null);
          break;
        }
        case 'uri':
          if (isNew(entry.value)) add(rows.string, pk, param, entry.value.slice(0, 500), entry.value);
          break;
        case 'date':
          if (isNew(entry.low, entry.high)) add(rows.date, pk, param, entry.low, entry.high);
          break;
        case 'reference': {
          const { targetType, targetId } = entry;
          if (isNew(targetType, targetId)) add(rows.reference, pk, typeId(targetType), targetId, param, sort);
          targets.add(`${targetType}/${targetId}`);
          if (isOfChart && targetType === 'Patient') patients.add(targetId);
        }
      }
    }
  }
  // Who refers to a resource is known of every reference, also of those that no parameter searches by.
  for (const { kind, value } of linksOf(resource)) {
    const target = kind === 'reference' && !targets.has(value) ? targetOf(value) : undefined;
    if (target === undefined || targets.has(`${target.targetType}/${target.targetId}`)) continue;
    add(rows.reference, pk, typeId(target.targetType), target.targetId, 0, sort);
    targets.add(`${target.targetType}/${target.targetId}`);
  }
  for (const patient of patients) add(rows.compartment, pk, patient, type, sort);
  return countOf(rows) - before <= MOST_ROWS;
}

function countOf(rows: IndexRows): number {
  const { token, string, date, reference, compartment } = rows;
  return [token, string, date, reference, compartment].reduce((sum, [pks]) => sum + pks.length, 0);
}

function add(columns: readonly Values[], ...values: Values): void {
  for (let index = 0; index < values.length; index += 1) columns[index]?.push(values[index] ?? null);
}

/** Of what only one is there none is there twice. */
const always = (): boolean => true;

/** Whether values were not there yet. */
function once(): (...values: (string | number)[]) => boolean {
  const seen = new Set<string>();
  return (...values) => {
    const { size } = seen;
    return seen.add(values.join('\u0000')).size > size;
  };
}

/** The last begin of what happened; of a time that has no begin, its end. */
function sortOf(entries: readonly SearchEntry[]): string | undefined {
  let last: number | undefined;
  for (const entry of entries) {
    if (entry.type !== 'date') continue;
    const begin = entry.low === BEGINNING ? entry.high : entry.low;
    if (last === undefined || begin > last) last = begin;
  }
  return last === undefined ? undefined : String(last);
}

/** A B-tree entry must stay below 2.7 kB; whoever searches cuts the text at the same place. Never empty. */
export function indexedText(value: string): string {
  return Array.from(normalizeSearchString(value)).slice(0, 200).join('') || ' ';
}

/** `van der Berg` is also found at `der Berg` and `Berg`. At most ten, for texts nobody meant as a name. */
function laterWords(normal: string): string[] {
  return [...normal.matchAll(/(?<=[\s-])[^\s-]/gu)].slice(0, 10).map((match) => normal.slice(match.index));
}
