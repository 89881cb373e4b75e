import { generatedParameters } from './generated/search-parameters.ts';
import type { GeneratedParameter } from './generated-parameter.ts';
import { addEntries, type SearchEntry } from './search-entries.ts';

/** The kinds of search parameters: http://hl7.org/fhir/R4/search.html#ptypes */
type SearchKind = GeneratedParameter['kind'];

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
  /** It may have several values in one resource. */
  readonly many: boolean;
  /** What a valid resource offers to it. Of a composite nothing: see `parts`. */
  readonly entries: (resource: JsonObject) => readonly SearchEntry[];
  /** Of a composite: its parts. */
  readonly parts: readonly SearchPart[];
  /** Of a composite whose parts do not always stand together: of each element that it finds what it offers to each part. */
  readonly elements: ((resource: JsonObject) => readonly (readonly (readonly SearchEntry[])[])[]) | null;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** A part of a composite. */
export interface SearchPart {
  /** Of the parameter that it is a part by. */
  readonly name: string;
  readonly kind: SearchKind;
}

/** Modifiers that are told of by the kind; `missing` is one of all but composites. */
const MODIFIERS: Readonly<Record<SearchKind, readonly string[]>> = {
  string: ['missing', 'exact', 'contains'],
  token: ['missing', 'not'],
  date: ['missing'],
  reference: ['missing', 'identifier'],
  uri: ['missing', 'above', 'below'],
  number: ['missing'],
  quantity: ['missing'],
  special: ['missing'],
  composite: [],
};

/** Token types that have a text beside their code. */
const WITH_TEXT = new Set(['CodeableConcept', 'Coding', 'Identifier']);

/** Expressions that are not compiled, by hand. */
const BY_HAND: Readonly<Record<string, GeneratedParameter['values']>> = {
  'Patient.deceased': ({ deceasedBoolean, deceasedDateTime }, out) =>
    out(deceasedDateTime !== undefined || deceasedBoolean === true, 'boolean'),
};

const known = new Map<string, ReadonlyMap<string, SearchParameter>>();

/**
 * The search parameters of a type: routes, index rows and the CapabilityStatement all come from here. Without `_id` and
 * `_lastUpdated`, which are columns of every resource.
 */
export function searchParametersOf(type: string): readonly SearchParameter[] {
  return [...parametersOf(type).values()];
}

/** The one of this name; undefined where the type has none. */
export function searchParameterOf(type: string, name: string): SearchParameter | undefined {
  return parametersOf(type).get(name);
}

function parametersOf(type: string): ReadonlyMap<string, SearchParameter> {
  let found = known.get(type);
  if (found === undefined) {
    const own = generatedParameters.filter((one) => [type, 'Resource', 'DomainResource'].includes(one.type));
    const all = withSources(own.flatMap((one) => searchParameter(type, one) ?? []));
    found = new Map(all.map((one) => [one.name, one]));
    known.set(type, found);
  }
  return found;
}

/** Kinds whose values may be shared. */
const SHARED = new Set<SearchKind>(['token', 'reference', 'quantity', 'composite']);

/** The parameters, each with those whose values it shares. */
function withSources(parameters: readonly SearchParameter[]): readonly SearchParameter[] {
  const keyOf = ({ kind, parts }: SearchParameter, expression: string) =>
    `${kind} ${plain(expression)} ${parts.map(({ kind: part }) => part).join(' ')}`;
  const named = new Map(parameters.map((one) => [keyOf(one, one.expression), one.name]));
  return parameters.map((own) => {
    if (!SHARED.has(own.kind)) return own;
    const expression = plain(own.expression);
    const [, whole, only] = /^(.+)\.where\(resolve\(\) is (\w+)\)$/u.exec(expression) ?? [];
    const alternatives = whole === undefined ? expression.split(' | ').map(plain) : [whole];
    const sources = inParts(alternatives).map((part) => named.get(keyOf(own, part)));
    // One that has the same expression as another, or has parts that no other has, is its own.
    if (sources.includes(undefined) || sources.includes(own.name)) return own;
    return { ...own, sources: sources as string[], ...(only !== undefined && { only }) };
  });
}

/** Alternatives of quantities stand two and two in others: `(x.ofType(Quantity)) | (x.ofType(SampledData))`. */
function inParts(alternatives: readonly string[]): readonly string[] {
  const [, second = ''] = alternatives;
  if (alternatives.length !== 4 || !second.includes('ofType(SampledData)')) return alternatives;
  return [0, 2].map((at) => alternatives.slice(at, at + 2).join(' | '));
}

/** An expression without the brackets around it. */
function plain(expression: string): string {
  const inner = /^\(([^()]*)\)$/u.exec(expression.trim())?.[1];
  return inner ?? expression.trim();
}

function searchParameter(type: string, generated: GeneratedParameter): SearchParameter | undefined {
  const { name, kind, definition, expression, targets = [], parts = [], element, finds } = generated;
  const values = generated.values ?? BY_HAND[`${type}.${name}`];
  if (values == null || name === '_id' || name === '_lastUpdated') return undefined;
  return {
    ...{ name, kind, expression, targets, sources: [name], many: generated.many === true },
    modifiers: [
      ...MODIFIERS[kind],
      ...(kind === 'token' && finds.some((one) => WITH_TEXT.has(one)) ? ['text'] : []),
      ...(kind === 'token' && finds.includes('Identifier') ? ['of-type'] : []),
    ],
    definition: `http://hl7.org/fhir/SearchParameter/${definition}`,
    entries: (resource) => {
      const entries: SearchEntry[] = [];
      let isPresent = false;
      values(resource, (value, typeName, refersTo) => {
        if (refersTo === undefined) isPresent = true;
        addEntries(entries, kind, value, typeName, refersTo);
      });
      if (isPresent && !entries.some(isOwn) && kind !== 'composite') entries.push({ type: 'present' });
      return entries;
    },
    parts: parts.map((part) => ({ name: part.name, kind: part.kind })),
    // In the resource itself there is one of each: its parts are found by their own parameters, where these find the same.
    elements:
      parts.length === 0 || (element === type && name !== 'code-value-string')
        ? null
        : (resource) => elementsOf(generated, resource),
  };
}

function elementsOf(
  { values, parts = [] }: GeneratedParameter,
  resource: JsonObject,
): readonly (readonly (readonly SearchEntry[])[])[] {
  const elements: (readonly (readonly SearchEntry[])[])[] = [];
  values?.(resource, (element) =>
    elements.push(
      parts.map((part) => {
        const entries: SearchEntry[] = [];
        part.values(element as JsonObject, resource, (value, typeName, refersTo) =>
          addEntries(entries, part.kind, value, typeName, refersTo),
        );
        return entries.filter(isOwn);
      }),
    ),
  );
  return elements;
}

/** Whether it is the value itself that is told of. */
function isOwn(entry: SearchEntry): boolean {
  return !('aspect' in entry);
}

/** Of the parameters by date the one that says when it happened, by names in the order in which they are looked for. */
const WHEN = ['authoredon', 'authored-on', 'authored', 'recorded-date', 'date', 'occurrence', 'onset-date', 'started', 'created', 'sent', 'issued', 'period', 'effective']; // prettier-ignore

/** The parameter that says when what the resource tells of happened; undefined where the type has none. */
export function clinicalDateOf(type: string): SearchParameter | undefined {
  const dates = searchParametersOf(type).filter(({ kind }) => kind === 'date');
  return WHEN.flatMap((name) => dates.find((one) => one.name === name) ?? [])[0];
}
