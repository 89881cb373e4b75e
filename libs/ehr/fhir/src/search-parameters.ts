import { generatedParameters } from './generated/search-parameters.ts';
import type { GeneratedParameter } from './generated-parameter.ts';
import { addEntries, type SearchEntry } from './search-entries.ts';

/** The kinds of search parameters that this server searches by. */
const searchKinds = ['string', 'token', 'date', 'reference', 'uri'] as const;
type SearchKind = (typeof searchKinds)[number];

/** A search parameter of a type. */
export interface SearchParameter {
  readonly name: string;
  readonly kind: SearchKind;
  /** Canonical address. */
  readonly definition: string;
  /** FHIRPath, as the specification gives it. */
  readonly expression: string;
  readonly modifiers: readonly string[];
  /** Of a reference: the types it may lead to; none: all. */
  readonly targets: readonly string[];
  /**
   * Names of the parameters whose values it is searched by, mostly its own. What `patient` finds is among the values of
   * `subject`; what `combo-code` finds are those of `code` and of `component-code`: nothing is indexed twice.
   */
  readonly sources: readonly string[];
  /** The type that it leads to alone, where its sources lead to others as well. */
  readonly only?: string;
  /** What a valid resource offers to it. */
  readonly entries: (resource: Readonly<Record<string, unknown>>) => readonly SearchEntry[];
}

const MODIFIERS: Readonly<Record<SearchKind, readonly string[]>> = {
  string: ['exact', 'contains'],
  token: ['not'],
  date: [],
  reference: [],
  uri: ['above', 'below'],
};

/** Expressions that are not compiled, by hand. */
const BY_HAND: Readonly<Record<string, GeneratedParameter['values']>> = {
  'Patient.deceased': ({ deceasedBoolean, deceasedDateTime }, out) =>
    out(deceasedDateTime !== undefined || deceasedBoolean === true, 'boolean'),
};

const known = new Map<string, readonly SearchParameter[]>();

/**
 * The search parameters of a type: routes, index rows and the CapabilityStatement all come from here. Without `_id` and
 * `_lastUpdated`, which are columns of every resource.
 */
export function searchParametersOf(type: string): readonly SearchParameter[] {
  let found = known.get(type);
  if (found === undefined) {
    const own = generatedParameters.filter((one) => [type, 'Resource', 'DomainResource'].includes(one.type));
    found = withSources(own.flatMap((one) => searchParameter(type, one) ?? []));
    known.set(type, found);
  }
  return found;
}

/** The one of this name; undefined where the type has none. */
export function searchParameterOf(type: string, name: string): SearchParameter | undefined {
  return searchParametersOf(type).find((one) => one.name === name);
}

/** The parameters, each with those whose values it shares. */
function withSources(parameters: readonly SearchParameter[]): readonly SearchParameter[] {
  const named = new Map(parameters.map((one) => [`${one.kind} ${plain(one.expression)}`, one.name]));
  return parameters.map((own) => {
    if (own.kind !== 'token' && own.kind !== 'reference') return own;
    const expression = plain(own.expression);
    const [, whole, only] = /^(.+)\.where\(resolve\(\) is (\w+)\)$/u.exec(expression) ?? [];
    const parts = whole === undefined ? expression.split(' | ').map(plain) : [whole];
    const sources = parts.map((part) => named.get(`${own.kind} ${part}`));
    // One that has the same expression as another, or has parts that no other has, is its own.
    if (sources.includes(undefined) || sources.includes(own.name)) return own;
    return { ...own, sources: sources as string[], ...(only !== undefined && { only }) };
  });
}

/** An expression without the brackets around it. */
function plain(expression: string): string {
  const inner = /^\(([^()]*)\)$/u.exec(expression.trim())?.[1];
  return inner ?? expression.trim();
}

function searchParameter(type: string, generated: GeneratedParameter): SearchParameter | undefined {
  const { name, definition, expression, targets = [] } = generated;
  const kind = searchKinds.find((one) => one === generated.kind);
  const values = generated.values ?? BY_HAND[`${type}.${name}`];
  if (kind === undefined || values == null || name === '_id' || name === '_lastUpdated') return undefined;
  return {
    ...{ name, kind, expression, targets, modifiers: MODIFIERS[kind], sources: [name] },
    definition: `http://hl7.org/fhir/SearchParameter/${definition}`,
    entries: (resource) => {
      const entries: SearchEntry[] = [];
      values(resource, (value, typeName, refersTo) => addEntries(entries, kind, value, typeName, refersTo));
      return entries;
    },
  };
}

/** Of the parameters by date the one that says when it happened, by names in the order in which they are looked for. */
const WHEN = ['authoredon', 'authored-on', 'authored', 'recorded-date', 'date', 'occurrence', 'onset-date', 'started', 'created', 'sent', 'issued', 'period', 'effective']; // prettier-ignore

/** The parameter that says when what the resource tells of happened; undefined where the type has none. */
export function clinicalDateOf(type: string): SearchParameter | undefined {
  const dates = searchParametersOf(type).filter(({ kind }) => kind === 'date');
  return WHEN.flatMap((name) => dates.find((one) => one.name === name) ?? [])[0];
}
