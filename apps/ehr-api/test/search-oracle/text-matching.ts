import type { Found } from './definitions.ts';

/** Whether something found in a resource is what one value of a search asks for. */
export type Matcher = (found: Found) => boolean;

type Parts = Readonly<Record<string, unknown>>;

/** Splits at a separator that no backslash stands before; the parts are still escaped. */
export function split(text: string, separator: string): string[] {
  const parts: string[] = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === separator) parts.push('');
    else {
      const taken = character === '\\' ? text.slice(at, at + 2) : character;
      parts[parts.length - 1] += taken;
      at += taken.length - 1;
    }
  }
  return parts;
}

export function unescape(text: string): string {
  return text.replaceAll(/\\([\\,|$])/gu, '$1');
}

/** Letters whose stroke or ligature Unicode does not take apart, and the apostrophes that people type. */
const LIKE: Readonly<Record<string, string>> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  æ: 'ae',
  œ: 'oe',
  '’': "'",
  '‘': "'",
};

/** A text without case, accents and doubled spaces: in this form strings are compared (http://hl7.org/fhir/R4/search.html#string). */
export function fold(text: string): string {
  const letters = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toUpperCase().toLowerCase();
  const plain = [...letters].map((letter) => LIKE[letter] ?? letter).join('');
  return plain.split(/\s+/u).filter(Boolean).join(' ');
}

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};

/** The texts of a string, or of all parts of a name or an address. */
export function textsOf({ value, type }: Found): readonly string[] {
  if (typeof value === 'string') return [value];
  const parts = (value ?? {}) as Parts;
  const texts = (TEXTS[type] ?? []).flatMap((part) => parts[part] ?? []);
  return texts.filter((text) => typeof text === 'string');
}

/** The beginning of a text; of a name also that of each later word, ten at most; a hyphen parts words too. */
export function stringMatcher(text: string, modifier?: string): Matcher | undefined {
  const plain = unescape(text);
  if (modifier === 'exact') return (found) => textsOf(found).includes(plain);
  const asked = fold(plain);
  if (asked === '') return undefined;
  if (modifier === 'contains') return (found) => textsOf(found).some((one) => fold(one).includes(asked));
  return (found) =>
    textsOf(found).some((one) => {
      const folded = fold(one);
      const places = found.type === 'HumanName' ? laterWords(folded) : [];
      return [0, ...places].some((place) => folded.startsWith(asked, place));
    });
}

function laterWords(folded: string): readonly number[] {
  const isGap = (at: number) => folded[at] === ' ' || folded[at] === '-';
  const places = Array.from(folded, (_letter, at) => at);
  return places.filter((at) => at > 0 && isGap(at - 1) && !isGap(at)).slice(0, 10);
}

/** A code as it is looked for; both parts may be missing. */
export interface Code {
  readonly system?: string | undefined;
  readonly code?: string | undefined;
}

/** The codes of a coded value. Only Coding, CodeableConcept and Identifier have systems. */
export function codesOf({ value, type }: Found): readonly Code[] {
  if (typeof value !== 'object' || value === null) return [{ code: String(value) }];
  const parts = value as Parts;
  const text = (name: string) => (typeof parts[name] === 'string' ? parts[name] : undefined);
  switch (type) {
    case 'CodeableConcept':
      return list(parts['coding']).flatMap((coding) => codesOf({ value: coding, type: 'Coding' }));
    case 'Coding':
      return [{ system: text('system'), code: text('code') }];
    case 'Identifier':
      return [{ system: text('system'), code: text('value') }];
    case 'ContactPoint':
      return [{ code: text('value') }];
    default:
      return [];
  }
}

/** `code`, `system|code`, `|code` and `system|`; with `text` the words beside the code; with `of-type` an identifier's type. */
export function tokenMatcher(text: string, modifier?: string): Matcher | undefined {
  if (modifier === 'text') {
    const asked = fold(unescape(text));
    return asked === '' ? undefined : (found) => wordsOf(found).some((one) => fold(one).startsWith(asked));
  }
  const parts = split(text, '|').map(unescape);
  const [first = '', second, third] = parts;
  if (modifier === 'of-type') {
    if (parts.length !== 3 || parts.includes('')) return undefined;
    return ({ value, type }) => type === 'Identifier' && isOfType(value as Parts, { system: first, code: second }, third); // prettier-ignore
  }
  if (parts.length > 2 || parts.every((part) => part === '')) return undefined;
  return (found) => codesOf(found).some((code) => isCode(code, first, second));
}

function isCode({ system, code }: Code, first: string, second: string | undefined): boolean {
  if (second === undefined) return code === first;
  const isOfSystem = first === '' ? system === undefined : system === first;
  return isOfSystem && (second === '' || code === second);
}

function isOfType({ type, value }: Parts, asked: Code, askedValue: string | undefined): boolean {
  const kinds = codesOf({ value: type ?? {}, type: 'CodeableConcept' });
  return (
    value === askedValue && kinds.some(({ system, code }) => system === asked.system && code === asked.code)
  );
}

/** The words beside codes: a concept's text, what its codings are called, and the text of an identifier's type. */
export function wordsOf({ value, type }: Found): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const parts = value as Parts;
  const kind = (parts['type'] ?? {}) as Parts;
  const words = {
    CodeableConcept: [parts['text'], ...list(parts['coding']).map(({ display }) => display)],
    Coding: [parts['display']],
    Identifier: [kind['text']],
  }[type];
  return (words ?? []).filter((word) => typeof word === 'string');
}

/** The whole address; `below`: what lies under it; `above`: what it lies under. A slash parts the places. */
export function uriMatcher(text: string, modifier?: string): Matcher | undefined {
  const asked = unescape(text);
  const place = asked.replace(/\/+$/u, '');
  return ({ value }) => {
    if (typeof value !== 'string') return false;
    if (modifier === 'below') return value === place || value.startsWith(`${place}/`);
    if (modifier === 'above') return value === place || place.startsWith(`${value}/`);
    return value === asked;
  };
}

function list(value: unknown): readonly Parts[] {
  return Array.isArray(value) ? (value as Parts[]) : [];
}
