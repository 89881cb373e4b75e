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
  /** Of a composite: each part's name and its path from what the expression finds. */
  readonly components?: readonly { readonly name: string; readonly expression: string }[];
  /** The body of `(r, out) => …`; null where an engine evaluates the expression. */
  readonly code: string | null;
}

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
  const { code: name, type: kind, url, expression = '', target = [], component = [] } = parameter;
  const alternatives = alternativesFor(expression, type, parameter.base.length === 1);
  const compiled = alternatives.map((alternative) => compileAlternative(alternative, type, elements));
  const codes = compiled.flatMap((one) => ('code' in one ? [one.code] : []));
  return {
    type,
    name,
    kind,
    definition: url.replace('http://hl7.org/fhir/SearchParameter/', ''),
    expression: alternatives.join(' | '),
    ...(target.length > 0 && target.length < ANY && { targets: target }),
    ...(component.length > 0 && {
      components: component.map(({ definition, expression: path }) => ({
        name: byUrl.get(definition)?.code ?? definition,
        expression: path,
      })),
    }),
    code: alternatives.length > 0 && codes.length === compiled.length ? codes.join(' ') : null,
  };
}
