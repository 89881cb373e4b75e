import type { ElementDefinition, StructureDefinition } from 'fhir/r4';
import { codesOf, type Specification } from './specification.ts';

/** Element → how it is defined, in the words of `definitions.ts`: `HumanName*+`, `Reference<Patient|Group>!`, `code =gender`. */
export type ElementTable = Readonly<Record<string, string>>;

/** Types by name, elements of their parent (`^`) left out; and the codes that required bindings allow. */
export interface TypeTables {
  readonly types: Readonly<Record<string, ElementTable>>;
  readonly valueSets: Readonly<Record<string, readonly string[]>>;
  /** Required bindings whose codes cannot be enumerated: canonical addresses. */
  readonly open: readonly string[];
}

const SPECIFICATION = 'http://hl7.org/fhir/StructureDefinition/';

/** The tables of all types of data and resources. */
export function typeTables(specification: Specification): TypeTables {
  const types: Record<string, Record<string, string>> = {};
  const valueSets: Record<string, readonly string[]> = {};
  const open = new Set<string>();
  const bound = (canonical: string): string => {
    const codes = codesOf(canonical, specification);
    const [url = ''] = canonical.split('|');
    if (codes === undefined) {
      open.add(url);
      return '';
    }
    const name = url.split('/').at(-1) ?? '';
    valueSets[name] = codes;
    return ` =${name}`;
  };
  for (const definition of specification.types) {
    if (definition.kind === 'primitive-type') continue;
    const parent = definition.baseDefinition?.replace(SPECIFICATION, '');
    types[definition.name] = parent === undefined ? {} : { '^': parent };
    for (const element of definition.snapshot?.element.slice(1) ?? [])
      addElement(types, definition, element, bound);
  }
  return { types, valueSets, open: [...open].sort() };
}

function addElement(
  types: Record<string, Record<string, string>>,
  { name }: StructureDefinition,
  element: ElementDefinition,
  bound: (canonical: string) => string,
): void {
  const owner = element.path.slice(0, element.path.lastIndexOf('.'));
  const own = element.path.slice(owner.length + 1);
  const inherited = element.base?.path.startsWith(`${name}.`) === false && owner === name;
  const ofBackbone = owner !== name && /^(?:BackboneElement|Element)\./.test(element.base?.path ?? '');
  if (inherited || ofBackbone) return;
  const marks = `${element.max === '*' ? '*' : ''}${(element.min ?? 0) > 0 ? '!' : ''}${element.isSummary === true && owner === name ? '+' : ''}`;
  const [first] = element.type ?? [];
  const isBackbone = first?.code === 'BackboneElement' || first?.code === 'Element';
  if (isBackbone) types[element.path] = { '^': first.code };
  const table = (types[owner] ??= {});
  const typed = (element.type ?? []).map(({ code, targetProfile = [], extension = [] }) => ({
    // What JSON has no type of its own for is told by an extension; but for the id of a resource, which is one.
    code: element.path === 'Resource.id' ? 'id' : (extension[0]?.valueUrl ?? code),
    targets: targetProfile
      .map((profile) => profile.replace(SPECIFICATION, ''))
      .filter((target) => target !== 'Resource'),
  }));
  const binding =
    element.binding?.strength === 'required' &&
    element.binding.valueSet !== undefined &&
    typed[0]?.code === 'code'
      ? bound(element.binding.valueSet)
      : '';
  const word = ({ code, targets }: (typeof typed)[number]) =>
    targets.length === 0 ? code : `${code}<${targets.join('|')}>`;
  if (own.endsWith('[x]')) {
    for (const type of typed) {
      const choice = `${own.slice(0, -3)}${type.code.charAt(0).toUpperCase()}${type.code.slice(1)}`;
      table[choice] = `${word(type)}${marks} @${own}${type.code === 'code' ? binding : ''}`;
    }
  } else if (element.contentReference !== undefined)
    table[own] = `${element.contentReference.replace(/^.*#/, '')}${marks}`;
  else if (isBackbone) table[own] = `${element.path}${marks}`;
  else if (typed[0] !== undefined) table[own] = `${word(typed[0])}${marks}${binding}`;
}
