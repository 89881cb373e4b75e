import { text } from './generated/type-tables.ts';
import { rulesOf } from './rules.ts';
import type { ElementDefinition, TypeDefinition } from './type-definition.ts';

/** Element → its definition: `HumanName*+` is a list, in summaries; `Reference<Patient|Group>!` required, `code =gender` bound. */
type ElementTable = Readonly<Record<string, string>>;

interface Tables {
  readonly resources: readonly string[];
  readonly types: Readonly<Record<string, ElementTable>>;
  readonly valueSets: Readonly<Record<string, readonly string[]>>;
  readonly compartments: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

let parsed: (Tables & { readonly isResource: ReadonlySet<string> }) | undefined;

/** Parsed when they are wanted first: a page that only reads dates pays for nothing. */
function tables() {
  if (parsed === undefined) {
    const all = JSON.parse(text) as Tables;
    parsed = { ...all, isResource: new Set(all.resources) };
  }
  return parsed;
}

const known = new Map<string, TypeDefinition>();

/** The types of resources of R4, in order, abstract ones left out. */
export function resourceTypes(): readonly string[] {
  return tables().resources;
}

/** Whether R4 has resources of this type. */
export function isResourceType(name: string): boolean {
  return tables().isResource.has(name);
}

/** The search parameters by which a type's resources belong to a patient's compartment; none: they never do. */
export function compartmentParameters(type: string): readonly string[] {
  return tables().compartments['Patient']?.[type] ?? [];
}

/** A type of R4, of data (`HumanName`), of a part (`Patient.contact`) or of a resource; undefined for what is none. */
export function typeDefinition(name: string): TypeDefinition | undefined {
  const found = known.get(name);
  if (found !== undefined || !Object.hasOwn(tables().types, name)) return found;
  const { '^': parent, ...own } = tables().types[name] ?? {};
  const inherited = parent === undefined ? undefined : typeDefinition(parent);
  const elements = new Map(inherited?.elements);
  for (const [element, words] of Object.entries(own)) elements.set(element, parse(words));
  const rules = [...(inherited?.rules ?? []), ...rulesOf(name)];
  const definition = { elements, rules, ...presenceOf(elements) };
  known.set(name, definition);
  return definition;
}

/** What of a type's elements has to be there, and of what only one may be. */
function presenceOf(
  elements: ReadonlyMap<string, ElementDefinition>,
): Pick<TypeDefinition, 'required' | 'choices'> {
  const plain = [...elements].filter(([, { required, choice }]) => required === true && choice === undefined);
  const names = new Set([...elements.values()].flatMap(({ choice }) => choice ?? []));
  const choices = [...names].map((name) => {
    const own = [...elements].filter(([, { choice }]) => choice === name);
    const required = own.some(([, element]) => element.required === true);
    return { name: name.replace('[x]', ''), elements: own.map(([element]) => element), required };
  });
  return { required: plain.map(([element]) => element), choices };
}

const WORDS =
  /^(?<type>[\w.]+)(?:<(?<targets>[^>]*)>)?(?<marks>[*!+]*)(?: @(?<choice>\S+))?(?: =(?<bound>\S+))?$/;

function parse(words: string): ElementDefinition {
  const { type = '', targets, marks = '', choice, bound } = WORDS.exec(words)?.groups ?? {};
  const codes = bound === undefined ? undefined : tables().valueSets[bound];
  return {
    type,
    ...(marks.includes('!') && { required: true as const }),
    ...(marks.includes('*') && { many: true as const }),
    ...(marks.includes('+') && { summary: true as const }),
    ...(choice !== undefined && { choice }),
    ...(targets !== undefined && { targets: targets.split('|') }),
    ...(codes !== undefined && { codes }),
  };
}
