import { normalizeSearchString } from '@ehr/fhir';
import {
  BEGINNING,
  clinicalDateOf,
  compartmentParameters,
  linksOf,
  type SearchEntry,
  type SearchParameter,
  searchParametersOf,
  targetOf,
} from '@ehr/fhir/server';
import { paramId, typeId } from './ids.ts';
import { NO_SYSTEM, type TokenHash } from './token-hash.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** The values of a row, without its tenant and the key of its resource. */
type IndexRow = readonly (string | number | null)[];

/** The rows by which a resource is found, a list for each table. */
export interface IndexRows {
  readonly token: readonly IndexRow[];
  readonly string: readonly IndexRow[];
  readonly date: readonly IndexRow[];
  readonly reference: readonly IndexRow[];
  readonly compartment: readonly IndexRow[];
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
    const [when, ofChart] = [clinicalDateOf(type), compartmentParameters(type)];
    const parameters = searchParametersOf(type).map((parameter) => ({
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

/** Everything by which a valid resource can be found; null when it would be more than `MOST_ROWS`. */
export function indexRows(
  resource: JsonObject & { readonly resourceType: string },
  id: string,
  lastUpdated: Date,
  tokenHash: TokenHash,
): IndexRows | null {
  const { type, parameters } = planOf(resource.resourceType);
  let sort = String(lastUpdated.getTime());
  const [token, string, date, reference] = [new Rows(), new Rows(), new Rows(), new Rows()];
  const targets = new Set<string>();
  const patients = new Set<string>(resource.resourceType === 'Patient' ? [id] : []);
  for (const { parameter, param, isWhen, isOfChart } of parameters) {
    const entries = parameter.entries(resource);
    if (isWhen) sort = sortOf(entries) ?? sort;
    for (const entry of entries) {
      switch (entry.type) {
        case 'token': {
          const system = entry.system === '' ? NO_SYSTEM : tokenHash('system', entry.system);
          token.add(param, tokenHash('code', entry.code), system, sort);
          if (system !== NO_SYSTEM) token.add(param, system, NO_SYSTEM, sort);
          break;
        }
        case 'string':
          string.add(param, indexedText(entry.value), entry.value);
          if (entry.wordStarts) for (const words of laterWords(entry.value)) string.add(param, words, null);
          break;
        case 'uri':
          string.add(param, entry.value.slice(0, 500), entry.value);
          break;
        case 'date':
          date.add(param, String(entry.low), String(entry.high));
          break;
        case 'reference':
          reference.add(typeId(entry.targetType), entry.targetId, param, sort);
          targets.add(`${entry.targetType}/${entry.targetId}`);
          if (isOfChart && entry.targetType === 'Patient') patients.add(entry.targetId);
      }
    }
  }
  // Who refers to a resource is known of every reference, also of those that no parameter searches by.
  for (const { kind, value } of linksOf(resource)) {
    const target = kind === 'reference' && !targets.has(value) ? targetOf(value) : undefined;
    if (target !== undefined && !targets.has(`${target.targetType}/${target.targetId}`))
      reference.add(typeId(target.targetType), target.targetId, 0, sort);
  }
  const compartment = [...patients].map((patient) => [patient, type, sort]);
  const all = { token: token.rows, string: string.rows, date: date.rows, reference: reference.rows, compartment }; // prettier-ignore
  return Object.values(all).reduce((sum, { length }) => sum + length, 0) > MOST_ROWS ? null : all;
}

/** Rows of a table, none twice. */
class Rows {
  readonly rows: IndexRow[] = [];
  readonly #seen = new Set<string>();

  add(...row: IndexRow): void {
    const key = row.join('\u0000');
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.rows.push(row);
  }
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
function laterWords(value: string): string[] {
  const normal = indexedText(value);
  return [...normal.matchAll(/(?<=[\s-])[^\s-]/gu)].slice(0, 10).map((match) => normal.slice(match.index));
}
