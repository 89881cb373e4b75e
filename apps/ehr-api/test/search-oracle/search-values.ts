import { storedTime } from './date-matching.ts';
import { elementsOf, type Found, type Parameter, type Resource } from './definitions.ts';
import type { Dice } from './dice.ts';
import type { Kind } from './kinds.ts';
import { prefixes, storedOf } from './range-matching.ts';
import { targetOf } from './reference-matching.ts';
import { codesOf, textsOf, wordsOf } from './text-matching.ts';
import { unitsLike } from './units.ts';

/** A value that a search may ask for, with what it is made of. */
export interface Value {
  readonly text: string;
  readonly modifier?: string;
  readonly kind: Kind;
  readonly prefix?: string;
}

/** What a value is made from. */
interface Source {
  readonly dice: Dice;
  /** What may be made. */
  readonly isOn: (kind: Kind) => boolean;
  /** The server's own address. */
  readonly base: string;
}

function escape(text: string): string {
  return text.replaceAll(/[\\,|$]/gu, '\\$&');
}

/** A value made from what a resource has for a parameter, so that it is mostly found; undefined where nothing can be made. */
export function valueFor(
  parameter: Parameter,
  found: Found,
  source: Source,
  modifier?: string,
): Value | undefined {
  switch (parameter.kind) {
    case 'string':
      return stringValue(found, source, modifier);
    case 'token':
      return tokenValue(found, source, modifier);
    case 'uri':
      return uriValue(found, source, modifier);
    case 'reference':
      return referenceValue(found, source, modifier);
    case 'date':
      return dateValue(found, source);
    case 'number':
    case 'quantity':
      return numericValue(parameter.kind, found, source);
    default:
      return undefined;
  }
}

/** One of a resource's elements, part by part. */
export function compositeValue(parameter: Parameter, resource: Resource, source: Source): Value | undefined {
  const whole = elementsOf(resource, parameter).filter((parts) => parts.every((part) => part.length > 0));
  if (whole.length === 0) return undefined;
  const parts = source.dice.pick(whole).map((found, index) => {
    const part = parameter.parts[index];
    return part && valueFor(part, source.dice.pick(found), source, '');
  });
  const texts = parts.flatMap((part) => part?.text ?? []);
  return texts.length === parts.length ? { text: texts.join('$'), kind: 'composite' } : undefined;
}

/** A modifier that may be used, or the one that is given; empty for none. */
function modified({ dice, isOn }: Source, kind: 'string' | 'token' | 'uri' | 'reference', given: string | undefined, all: readonly string[]): string {
  if (given !== undefined) return given;
  return dice.pick(['', ...all.filter((one) => isOn(`${kind}:${one}` as Kind))]);
} // prettier-ignore

function made(kind: string, modifier: string, text: string): Value {
  return { text: escape(text), kind: (modifier === '' ? kind : `${kind}:${modifier}`) as Kind, ...(modifier !== '' && { modifier }) }; // prettier-ignore
}

function stringValue(found: Found, source: Source, given?: string): Value | undefined {
  const { dice } = source;
  const texts = textsOf(found);
  if (texts.length === 0) return undefined;
  const text = dice.pick(texts);
  const modifier = modified(source, 'string', given, ['exact', 'contains']);
  const cased = (one: string) =>
    dice.chance(30) ? one.toUpperCase() : dice.chance(30) ? one.normalize('NFD') : one;
  if (modifier === 'exact') return made('string', modifier, dice.chance(85) ? text : text.toLowerCase());
  const start =
    modifier === 'contains' ? dice.below(text.length) : dice.chance(30) ? text.lastIndexOf(' ') + 1 : 0;
  const part = text.slice(start, start + 1 + dice.below(text.length));
  return made('string', modifier, cased(/[\p{L}\p{N}]/u.test(part) ? part : text));
}

function tokenValue(found: Found, source: Source, given?: string): Value | undefined {
  const { dice } = source;
  const words = wordsOf(found);
  const typed = typedOf(found);
  const applicable = ['not', ...(words.length > 0 ? ['text'] : []), ...(typed.length > 0 ? ['of-type', 'of-type', 'of-type'] : [])]; // prettier-ignore
  const modifier = modified(source, 'token', given, applicable);
  if (modifier === 'text') {
    if (words.length === 0) return undefined;
    const word = dice.pick(words);
    return made('token', modifier, word.slice(0, 1 + dice.below(word.length)).trim());
  }
  if (modifier === 'of-type') {
    if (typed.length === 0) return undefined;
    return { text: dice.pick(typed) + (dice.chance(85) ? '' : '1'), kind: 'token:of-type', modifier };
  }
  const codes = codesOf(found);
  if (codes.length === 0) return undefined;
  const { system, code } = dice.pick(codes);
  if (code === undefined)
    return system === undefined ? undefined : { ...made('token', modifier, ''), text: `${escape(system)}|` };
  const text = dice.pick([
    escape(code),
    escape(code),
    `${escape(system ?? '')}|${escape(code)}`,
    `${escape(system ?? '')}|${escape(code)}`,
    system === undefined ? escape(code) : `${escape(system)}|`,
    `|${escape(code)}`,
    escape(code.toUpperCase()),
  ]);
  return { ...made('token', modifier, ''), text };
}

/** An identifier with each of its types, `system|code|value`. */
function typedOf({ value: identifier, type: name }: Found): readonly string[] {
  if (name !== 'Identifier') return [];
  const { type, value } = identifier as { readonly type?: unknown; readonly value?: string };
  const kinds = codesOf({ value: type ?? {}, type: 'CodeableConcept' });
  return kinds.flatMap(({ system, code }) =>
    system === undefined || code === undefined || value === undefined
      ? []
      : [[system, code, value].map(escape).join('|')],
  );
}

function uriValue({ value }: Found, source: Source, given?: string): Value | undefined {
  if (typeof value !== 'string') return undefined;
  const { dice } = source;
  const modifier = modified(source, 'uri', given, ['above', 'below']);
  if (modifier === 'above') return made('uri', modifier, dice.chance(50) ? value : `${value}/b`);
  const up = value.startsWith('http') ? value.replace(/\/[^/]+$/u, '') : value;
  if (modifier === 'below')
    return made('uri', modifier, dice.chance(50) ? value : `${up}${dice.pick(['', '/'])}`);
  return made('uri', '', value);
}

function referenceValue(found: Found, source: Source, given?: string): Value | undefined {
  const { dice, isOn, base } = source;
  if (typeof found.value === 'string') {
    const [url = ''] = found.value.split('|');
    if (!isOn('reference to a canonical')) return undefined;
    return { text: escape(dice.chance(50) ? url : found.value), kind: 'reference to a canonical' };
  }
  const { reference, identifier } = found.value as {
    readonly reference?: string;
    readonly identifier?: unknown;
  };
  const target = targetOf(found.value);
  const ways: Value[] = [];
  if (target !== undefined) {
    const [type = '', id = ''] = target.split('/');
    ways.push({ text: id, kind: 'reference' }, { text: target, kind: 'reference' });
    if (given === undefined && isOn('reference:Type'))
      ways.push({ text: id, kind: 'reference:Type', modifier: type });
    if (isOn('reference by address')) ways.push({ text: `${base}/${target}`, kind: 'reference by address' });
  } else if (reference !== undefined && isOn('reference by address'))
    ways.push({ text: escape(reference), kind: 'reference by address' });
  if (identifier !== undefined && given === undefined && isOn('reference:identifier')) {
    const asked = tokenValue({ value: identifier, type: 'Identifier' }, source, '');
    if (asked !== undefined)
      ways.push({ text: asked.text, kind: 'reference:identifier', modifier: 'identifier' });
  }
  return ways.length === 0 ? undefined : dice.pick(ways);
}

function dateValue(found: Found, { dice }: Source): Value | undefined {
  const { value } = found;
  const parts = (typeof value === 'object' ? value : {}) as { readonly start?: string; readonly end?: string; readonly event?: string[] }; // prettier-ignore
  const texts =
    typeof value === 'string' ? [value] : [parts.start ?? [], parts.end ?? [], parts.event ?? []].flat();
  if (texts.length === 0 || storedTime(found) === undefined) return undefined;
  const text = dice.pick(texts);
  const [, minute, zone = ''] = /^(.*T\d\d:\d\d).*?(Z|[+-]\d\d:\d\d)$/u.exec(text) ?? [];
  const coarser = [4, 7, 10]
    .map((length) => text.slice(0, length))
    .concat(minute === undefined ? [] : minute + zone);
  // The day before and the day after end and begin where it begins and ends.
  if (/^\d{4}-\d\d-\d\d/u.test(text) && dice.chance(15)) {
    const [prefix, days] = dice.pick([['sa', -1], ['eb', 1], ['gt', -1], ['lt', 1], ['ge', 1], ['le', -1]] as const); // prettier-ignore
    return { text: prefix + dayBeside(text, days), kind: 'date', prefix };
  }
  const shorter = dice.chance(60) ? text : dice.pick(coarser);
  const prefix = dice.chance(40) ? '' : dice.pick(prefixes);
  return { text: prefix + shorter, kind: 'date', prefix: prefix || 'none' };
}

function dayBeside(text: string, days: number): string {
  return new Date(Date.parse(text.slice(0, 10)) + days * 86_400_000).toISOString().slice(0, 10);
}

function numericValue(kind: 'number' | 'quantity', found: Found, { dice }: Source): Value | undefined {
  const stored = storedOf(found);
  const { value, low, high } = (typeof found.value === 'object' ? found.value : { value: found.value }) as { readonly value?: number; readonly low?: { readonly value: number }; readonly high?: { readonly value: number } }; // prettier-ignore
  const exact = value ?? dice.pick([low?.value ?? [], high?.value ?? []].flat().concat(0));
  if (stored === undefined) return undefined;
  const { system, code, unit } = stored;
  const scale = kind === 'quantity' && code !== undefined && system !== undefined;
  const other = scale ? dice.pick(unitsLike(code).length > 0 ? unitsLike(code) : [code]) : undefined;
  const isOther = other !== undefined && other !== code && dice.chance(30);
  const number = isOther ? converted(exact, code ?? '', other) : exact;
  const digits = dice.pick([String(number), String(number), `${number}${Number.isInteger(number) ? '.0' : '0'}`, number.toPrecision(2), number.toExponential(1)]); // prettier-ignore
  const prefix = dice.chance(40) ? '' : dice.pick(prefixes);
  const units = ['', ...(unit === undefined ? [] : [`||${escape(unit)}`]), ...(scale ? [`|${escape(system)}|${escape(code)}`] : [])]; // prettier-ignore
  const suffix =
    kind === 'number' ? '' : isOther ? `|${escape(system ?? '')}|${escape(other)}` : dice.pick(units);
  return { text: prefix + digits + suffix, kind, prefix: prefix || 'none' };
}

const IN_GRAMS: Readonly<Record<string, number>> = {
  mg: 0.001,
  g: 1,
  kg: 1000,
  '[lb_av]': 453.59237,
  cm: 0.01,
  m: 1,
};

/** About as much in another unit: what it is exactly the oracle says. */
function converted(value: number, from: string, to: string): number {
  return Number(((value * (IN_GRAMS[from] ?? 1)) / (IN_GRAMS[to] ?? 1)).toPrecision(5));
}
