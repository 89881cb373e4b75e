import {
  type Aspect,
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
import { indexedText, laterWords } from './indexed-text.ts';
import { codeMark, DATED, patientMark } from './marks.ts';
import { NO_CODE, NO_SYSTEM, type TokenHash } from './token-hash.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Values of a column, a row after the other. */
type Values = (string | number | null)[];

/**
 * The rows by which resources are found, column by column as they are sent: the key of the resource, then the columns of
 * its table.
 */
export interface IndexRows {
  readonly token: readonly [pk: Values, param: Values, hash: Values, system: Values, sort: Values, element: Values, marks: Values]; // prettier-ignore
  readonly string: readonly [pk: Values, param: Values, value: Values, exact: Values, element: Values];
  readonly date: readonly [pk: Values, param: Values, low: Values, high: Values, element: Values];
  readonly quantity: readonly [pk: Values, param: Values, low: Values, high: Values, base: Values, baseLow: Values, baseHigh: Values, code: Values, unit: Values, element: Values]; // prettier-ignore
  readonly reference: readonly [pk: Values, type: Values, id: Values, param: Values, sort: Values, element: Values, marks: Values]; // prettier-ignore
  readonly compartment: readonly [pk: Values, patient: Values, type: Values, sort: Values, marks: Values];
}

/** No rows yet. */
export function noRows(): IndexRows {
  return {
    token: [[], [], [], [], [], [], []],
    string: [[], [], [], [], []],
    date: [[], [], [], [], []],
    quantity: [[], [], [], [], [], [], [], [], [], []],
    reference: [[], [], [], [], [], [], []],
    compartment: [[], [], [], [], []],
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
    readonly aspects: (aspect: Aspect) => number;
    /** Of a composite: the numbers of its parts. */
    readonly parts: readonly number[];
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
    const searched = searchParametersOf(type).filter(({ name, sources }) => sources.includes(name));
    const parameters = searched.map((parameter) => ({
      parameter,
      param: paramId(type, parameter.name),
      aspects: (aspect: Aspect) => paramId(type, `${parameter.name}:${aspect}`),
      parts: parameter.parts.map((part) => paramId(type, `${parameter.name}.${part.name}`)),
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
  const own: Own = { pk, sort: String(lastUpdated.getTime()), targets: new Set(), marks: 0n, tokenHash };
  const patients = new Set<string>(resource.resourceType === 'Patient' ? [id] : []);
  for (const { parameter, param, aspects, parts, isWhen, isOfChart } of parameters) {
    const entries = parameter.entries(resource);
    const when = isWhen ? sortOf(entries) : undefined;
    if (when !== undefined) Object.assign(own, { sort: when, marks: own.marks | DATED });
    const isNew = entries.length > 1 ? once() : always;
    for (const entry of entries) {
      addRows(rows, 'aspect' in entry && entry.aspect ? aspects(entry.aspect) : param, entry, own, isNew);
      if (isOfChart && entry.type === 'reference' && entry.targetType === 'Patient')
        patients.add(entry.targetId);
    }
    parameter.elements?.(resource).forEach((offers, element) => {
      // What is not whole is found by none of its parts.
      if (offers.some((of) => of.length === 0)) return;
      offers.forEach((of, part) => {
        for (const entry of of)
          addRows(rows, parts[part] ?? 0, entry, own, always, Math.min(element, 32_767));
      });
    });
  }
  // Who refers to a resource is known of every reference, also of those that no parameter searches by.
  for (const { kind, value } of linksOf(resource)) {
    const target = kind === 'reference' && !own.targets.has(value) ? targetOf(value) : undefined;
    if (target === undefined || own.targets.has(`${target.targetType}/${target.targetId}`)) continue;
    add(rows.reference, pk, typeId(target.targetType), target.targetId, 0, own.sort, null);
    own.targets.add(`${target.targetType}/${target.targetId}`);
  }
  for (const patient of patients) {
    add(rows.compartment, pk, patient, type, own.sort);
    own.marks |= patientMark(patient, tokenHash);
  }
  addMarks(rows, String(own.marks));
  return countOf(rows) - before <= MOST_ROWS;
}

/** The element of what is no part of any composite. */
const SAMPLED = -1;

/** What all rows of a resource have, and whom it refers to. */
interface Own {
  readonly pk: string;
  sort: string;
  readonly targets: Set<string>;
  marks: bigint;
  readonly tokenHash: TokenHash;
}

type IsNew = (...values: (string | number)[]) => boolean;

function addRows(
  rows: IndexRows,
  param: number,
  entry: SearchEntry,
  own: Own,
  isNew: IsNew,
  element: number | null = null,
): void {
  const { pk, sort, targets, tokenHash } = own;
  switch (entry.type) {
    case 'token': {
      const hash = entry.code === '' ? NO_CODE : tokenHash('code', entry.code);
      const system = entry.system === '' ? NO_SYSTEM : tokenHash('system', entry.system);
      if (isNew(param, hash, system)) add(rows.token, pk, param, hash, system, sort, element);
      if (entry.code !== '') own.marks |= codeMark(hash);
      return;
    }
    case 'present':
      return add(rows.token, pk, param, NO_CODE, NO_SYSTEM, sort, element);
    case 'string': {
      const text = indexedText(entry.value);
      if (isNew(param, text, entry.value)) add(rows.string, pk, param, text, entry.value, element);
      if (entry.wordStarts)
        for (const words of new Set(laterWords(text)))
          if (isNew(param, words, '')) add(rows.string, pk, param, words, null, element);
      return;
    }
    case 'uri':
      if (isNew(entry.value)) add(rows.string, pk, param, entry.value.slice(0, 500), entry.value, element);
      return;
    case 'date':
      if (isNew(entry.low, entry.high)) add(rows.date, pk, param, entry.low, entry.high, element);
      return;
    case 'quantity': {
      const { low, high, base } = entry;
      const hash = (word: string) => (word === '' ? NO_CODE : tokenHash('code', word));
      const [code, unit] = [hash(entry.code), hash(entry.unit)];
      if (isNew(low, high, base.key, code, unit))
        add(rows.quantity, pk, param, low, high, hash(base.key), base.low, base.high, code, unit, entry.isSampled === true ? SAMPLED : element); // prettier-ignore
      return;
    }
    case 'position': {
      const { latitude, longitude } = entry;
      return add(rows.quantity, pk, param, latitude, longitude, NO_CODE, 0, 0, NO_CODE, NO_CODE, element);
    }
    case 'reference': {
      const { targetType, targetId } = entry;
      if (isNew(targetType, targetId))
        add(rows.reference, pk, typeId(targetType), targetId, param, sort, element);
      targets.add(`${targetType}/${targetId}`);
      if (targetType === 'Patient') own.marks |= patientMark(targetId, tokenHash);
    }
  }
}

function countOf(rows: IndexRows): number {
  const { token, string, date, quantity, reference, compartment } = rows;
  return [token, string, date, quantity, reference, compartment].reduce((sum, [pks]) => sum + pks.length, 0);
}

function add(columns: readonly Values[], ...values: Values): void {
  for (let index = 0; index < values.length; index += 1) columns[index]?.push(values[index] ?? null);
}

/** A resource's marks are known last: of its rows that have none yet. */
function addMarks({ token, reference, compartment }: IndexRows, own: string): void {
  for (const columns of [token, reference, compartment]) {
    const marks = columns.at(-1) ?? [];
    while (marks.length < columns[0].length) marks.push(own);
  }
}

/** Of what only one is there none is there twice. */
const always: IsNew = () => true;

/** Whether values were not there yet. */
function once(): IsNew {
  const seen = new Set<string>();
  return (...values) => {
    const { size } = seen;
    return seen.add(values.join('\u0000')).size > size;
  };
}

/** The last begin of what happened; what has no begin is before all others. */
function sortOf(entries: readonly SearchEntry[]): string | undefined {
  const begins = entries.flatMap((entry) => (entry.type === 'date' ? [entry.low] : []));
  return begins.length === 0 ? undefined : String(Math.max(...begins));
}
