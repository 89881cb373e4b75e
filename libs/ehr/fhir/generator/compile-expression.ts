import type { ElementTable } from './type-table.ts';

/** A search expression for one type, as JavaScript, and the types of what it finds; or why it is left to an engine at run time. */
export type Compiled =
  | { readonly code: string; readonly types: readonly string[]; readonly many: boolean }
  | { readonly fallback: string };

/** One step of a path: into an element, and which of what is there is meant. */
interface Step {
  readonly element: string;
  /** Only what has this code in this element: `where(system='email')`. */
  readonly where?: { readonly element: string; readonly value: string };
  /** Only values of this type: `ofType(Quantity)`. */
  readonly ofType?: string;
  /** Only references to this type: `where(resolve() is Patient)`. */
  readonly refersTo?: string;
  /** The first one alone: `[0]`. */
  readonly first?: true;
}

/** Type → its elements, parents' included. */
export type Elements = (type: string) => ElementTable | undefined;

/**
 * The alternatives of an expression that begin at `type`: `Patient.name | Practitioner.name` for Patient. Of a parameter of
 * one type alone (`isOnly`) an element without a root is the type's: `name | alias`.
 */
export function alternativesFor(expression: string, type: string, isOnly: boolean): readonly string[] {
  return expression
    .split(/\s+\|\s+/)
    .filter(Boolean)
    .map((alternative) => (isOnly && /^[a-z]/.test(alternative) ? `${type}.${alternative}` : alternative))
    .filter((alternative) => rootOf(alternative) === type);
}

function rootOf(alternative: string): string {
  return /^\(*([A-Z]\w*)/.exec(alternative)?.[1] ?? '';
}

/**
 * Compiles an alternative into the body of a function of `r`, the resource, and `out`, which hears each value with the name
 * of its type, and for a reference the type that is asked for. Values are plain JSON that was validated, so what is an array
 * and what is not is known here.
 */
export function compileAlternative(alternative: string, type: string, elements: Elements): Compiled {
  // A composite's parts begin at the resource itself.
  if (alternative === type) return { code: `out(r, '${type}');`, types: [type], many: false };
  const steps = parse(alternative, type);
  if (steps === undefined) return { fallback: alternative };
  let names = 0;
  let isMany = false;
  const types: string[] = [];
  const walk = (owner: string, at: string, [step, ...rest]: readonly Step[]): string | undefined => {
    if (step === undefined) return undefined;
    const { element, where, ofType, refersTo, first } = step;
    const found = variantsOf(owner, element, ofType, elements);
    if (found.length === 0) return undefined;
    const parts = found.map(({ name, word }) => {
      const { type: target, many } = readWord(word);
      const value = `v${names++}`;
      if (many && first === undefined) isMany = true;
      if (rest.length === 0) types.push(target);
      const inner =
        rest.length === 0
          ? `out(${value}, '${target}'${refersTo === undefined ? '' : `, '${refersTo}'`});`
          : walk(target, value, rest);
      if (inner === undefined) return undefined;
      const guarded =
        where === undefined ? inner : `if (${value}.${where.element} === '${where.value}') { ${inner} }`;
      if (many && first === undefined)
        return `if (${at}.${name} !== undefined) for (const ${value} of ${at}.${name}) { ${guarded} }`;
      return `{ const ${value} = ${at}.${name}${many ? '?.[0]' : ''}; if (${value} !== undefined) { ${guarded} } }`;
    });
    return parts.includes(undefined) ? undefined : parts.join(' ');
  };
  const code = walk(type, 'r', steps);
  return code === undefined ? { fallback: alternative } : { code, types, many: isMany };
}

/** The elements that a name means: a choice is one element for each of its types. */
function variantsOf(owner: string, element: string, ofType: string | undefined, elements: Elements) {
  const table = elements(owner) ?? {};
  const own = table[element];
  if (own !== undefined) return [{ name: element, word: own }];
  return Object.entries(table)
    .filter(
      ([, word]) =>
        word.includes(` @${element}[x]`) && (ofType === undefined || readWord(word).type === ofType),
    )
    .map(([name, word]) => ({ name, word }));
}

/** `Reference<Patient|Group>*!` → type and whether it is a list. */
function readWord(word: string): { readonly type: string; readonly many: boolean } {
  const [, type = '', marks = ''] = /^([\w.]+)(?:<[^>]*>)?([*!]*)/.exec(word) ?? [];
  return { type, many: marks.includes('*') };
}

const STEP =
  /^\.([a-z]\w*)(\[0\])?(?:\.where\((\w+)\s*=\s*'([^']*)'\))?(?:\.where\(resolve\(\) is (\w+)\))?(?:\.ofType\((\w+)\))?/;

function parse(alternative: string, type: string): Step[] | undefined {
  // Parentheses around a path change nothing: `(Observation.value.ofType(CodeableConcept)).text`.
  let rest = alternative
    .replace(/^\((.*?\))\)(?=\.|$)/, '$1')
    .replace(/^\(([^()]*)\)$/, '$1')
    .slice(type.length);
  const steps: Step[] = [];
  while (rest !== '') {
    const [whole, element = '', first, whereElement, value, refersTo, ofType] = STEP.exec(rest) ?? [];
    if (whole === undefined) return undefined;
    steps.push({
      element,
      ...(first !== undefined && { first: true }),
      ...(whereElement !== undefined && value !== undefined && { where: { element: whereElement, value } }),
      ...(refersTo !== undefined && { refersTo }),
      ...(ofType !== undefined && { ofType }),
    });
    rest = rest.slice(whole.length);
  }
  return steps.length === 0 ? undefined : steps;
}
