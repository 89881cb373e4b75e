/** One element of a FHIR type. */
export interface ElementDefinition {
  /** A primitive (`date`) or complex type (`HumanName`). */
  readonly type: string;
  readonly required?: true;
  readonly many?: true;
  /** The codes of a required binding. */
  readonly codes?: readonly string[];
  /** The name of the choice it belongs to (`deceased[x]`); at most one element of a choice may be there. */
  readonly choice?: string;
}

/** What JSON object of this type may hold. */
export interface TypeDefinition {
  readonly elements: ReadonlyMap<string, ElementDefinition>;
  readonly rules: readonly Rule[];
}

/** An invariant of the specification. */
export interface Rule {
  readonly id: string;
  readonly holds: (value: Readonly<Record<string, unknown>>) => boolean;
  /** What is wrong and how to mend it. */
  readonly says: string;
}

/** Shorthand: `'HumanName*'` is a list, `'Reference!'` is required, `'code: a b c'` has a required binding. */
export function defineType(
  elements: Readonly<Record<string, string>>,
  rules: readonly Rule[] = [],
): TypeDefinition {
  return { elements: new Map(Object.entries(elements).flatMap(([name, text]) => parse(name, text))), rules };
}

/** The elements of a choice, `value[x]`: one per type, named `valueString`, `valueCoding` … */
export function choiceOf(name: string, types: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    types.map((type) => [`${name}${type.charAt(0).toUpperCase()}${type.slice(1)}`, `${type} @${name}[x]`]),
  );
}

function parse(name: string, text: string): [string, ElementDefinition][] {
  const parts = /^(?<type>[\w.]+)(?<marks>[*!]*)(?: @(?<choice>\S+))?(?:: (?<codes>.+))?$/u.exec(
    text,
  )?.groups;
  if (!parts?.['type']) throw new Error(`Element ${name}: "${text}" is not an element definition.`);
  const { type, marks = '', choice, codes } = parts;
  const definition: ElementDefinition = {
    type,
    ...(marks.includes('!') ? { required: true } : {}),
    ...(marks.includes('*') ? { many: true } : {}),
    ...(choice ? { choice } : {}),
    ...(codes ? { codes: codes.split(' ') } : {}),
  };
  return [[name, definition]];
}
