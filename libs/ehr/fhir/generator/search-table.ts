import type { SearchParameter } from 'fhir/r4';
import { alternativesFor, compileAlternative, type Elements } from './compile-expression.ts';
import type { Specification } from './specification.ts';

/** A search parameter of one type. */
export interface SearchRow {
  readonly type: string;
  readonly name: string;
  readonly kind: SearchParameter['type'];
  /** Canonical address of its definition, without what all have in common. */
  readonly definition: string;
  /** FHIRPath, as HL7 has it; only the alternatives of this type. */
  readonly expression: string;
  /** Of a reference: the types it may lead to, where it may not lead to all. */
  readonly targets?: readonly string[];
  /** The types of what it finds. */
  readonly finds: readonly string[];
  /** It may find several values in one resource. */
  readonly many?: true;
  /** Of a composite: the type of the element that it finds. */
  readonly element?: string;
  /** Of a composite: each part's name, kind and path from what the expression finds, and the body of `(e, r, out) => …`. */
  readonly parts?: readonly PartRow[];
  /** The body of `(r, out) => …`; null where an engine evaluates the expression. */
  readonly code: string | null;
}

/** A part of a composite. */
interface PartRow {
  readonly name: string;
  readonly kind: SearchParameter['type'];
  readonly expression: string;
  readonly code: string;
}

/** HL7’s definition has the two expressions the wrong way round. */
const SWAPPED = 'DocumentReference-relationship';

/** HL7 lists every type where any will do. */
const ANY = 100;

/** All search parameters of all types; those of `Resource` and `DomainResource` stand there once. */
export function searchTable({ searchParameters }: Specification, elements: Elements): readonly SearchRow[] {
  const byUrl = new Map(searchParameters.map((one) => [one.url, one]));
  return searchParameters
    .flatMap((parameter) => parameter.base.map((type) => rowOf(parameter, type, byUrl, elements)))
    .sort((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1));
}

function rowOf(
  parameter: SearchParameter,
  type: string,
  byUrl: ReadonlyMap<string, SearchParameter>,
  elements: Elements,
): SearchRow {
  const { code: name, type: kind, url, expression = '', target = [] } = parameter;
  const alternatives = alternativesFor(expression, type, parameter.base.length === 1);
  const compiled = alternatives.map((alternative) => compileAlternative(alternative, type, elements));
  const found = compiled.flatMap((one) => ('code' in one ? [one] : []));
  const [element] = found.flatMap(({ types }) => types);
  return {
    type,
    name,
    kind,
    definition: url.replace('http://hl7.org/fhir/SearchParameter/', ''),
    expression: alternatives.join(' | '),
    ...(target.length > 0 && target.length < ANY && { targets: target }),
    finds: [...new Set(found.flatMap(({ types }) => types))],
    ...((found.length > 1 || found.some(({ many }) => many)) && { many: true as const }),
    ...(kind === 'composite' &&
      element !== undefined && { element, parts: partsOf(parameter, type, element, byUrl, elements) }),
    code:
      alternatives.length > 0 && found.length === compiled.length
        ? found.map(({ code }) => code).join(' ')
        : null,
  };
}

/** The parts of a composite, each compiled for the element that the composite finds. */
function partsOf(
  { id, component = [] }: SearchParameter,
  type: string,
  element: string,
  byUrl: ReadonlyMap<string, SearchParameter>,
  elements: Elements,
): readonly PartRow[] {
  const expressions = component.map(({ expression }) => expression);
  if (id === SWAPPED) expressions.reverse();
  return component.map(({ definition }, index) => {
    const { code: name, type: kind } = byUrl.get(definition) ?? {};
    const expression = expressions[index] ?? '';
    const ofResource = expression.startsWith('%resource.');
    const alternatives = expression
      .replaceAll('%resource.', '')
      // HL7’s definition writes the type with a capital.
      .replaceAll('ofType(DateTime)', 'ofType(dateTime)')
      .split(' | ')
      .map((alternative) => compileAlternative(`X.${alternative}`.replace(/^X/, ofResource ? type : element), ofResource ? type : element, elements)); // prettier-ignore
    const codes = alternatives.flatMap((one) => ('code' in one ? [one.code] : []));
    if (name === undefined || kind === undefined || codes.length === 0)
      throw new Error(`The part ${definition} of ${id ?? type} was not compiled: ${expression}`);
    return {
      name,
      kind,
      expression,
      code: ofResource ? codes.join(' ') : codes.join(' ').replaceAll(/\br\./g, 'e.'),
    };
  });
}
