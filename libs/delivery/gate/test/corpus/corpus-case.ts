/** One image of the corpus: what it holds besides a clean application. */
export interface CorpusCase {
  /** What it is, in plain English, unique: `AWS secret access key in a .js literal`. */
  readonly name: string;
  /** A file in the application's layer. */
  readonly file?: { readonly path: string; readonly content: string | Uint8Array };
  /** `NAME=value` of the image's config. */
  readonly env?: readonly string[];
  readonly cmd?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** `created_by` lines of the config's history. */
  readonly history?: readonly string[];
}

/** Random material of one run: the same for the same seed. */
export interface Material {
  /** A whole number from 0 to `below - 1`. */
  below(below: number): number;
  bytes(count: number): Uint8Array;
  of(alphabet: string, length: number): string;
  hex(length: number): string;
  base62(length: number): string;
  /** Capital letters and digits. */
  upper(length: number): string;
  digits(length: number): string;
  /** Of `count` random bytes, with padding. */
  base64(count: number): string;
  /** Of `count` random bytes, without padding. */
  base64url(count: number): string;
  uuid(): string;
  /** As people make them up. Needs no escape in a URL. */
  password(): string;
  pick<T>(list: readonly T[]): T;
}

const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ten = '0123456789';
const words = ['Kestrel', 'Harbor', 'Maple', 'Granite', 'Lantern', 'Orchid', 'Pepper', 'Saturn', 'Walnut'];

export function material(seed: number): Material {
  let state = seed >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const of = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[below(alphabet.length)]).join('');
  const bytes = (count: number): Uint8Array => Uint8Array.from({ length: count }, () => below(256));
  const hex = (length: number): string => of('0123456789abcdef', length);
  const base62 = (length: number): string => of(ten + capitals + capitals.toLowerCase(), length);
  const mark = (): string => of('!-_.', 1);
  const passwords = [
    () => `${pick(words)}${mark()}${of(ten, 4)}${pick(words).toLowerCase()}${mark()}`,
    () => `${base62(5)}${mark()}${base62(4)}${mark()}${base62(4)}`,
    () => `${[pick(words), pick(words), pick(words)].join('-').toLowerCase()}-${of(ten, 2)}`,
  ];
  return {
    below,
    bytes,
    of,
    hex,
    base62,
    upper: (length) => of(capitals + ten, length),
    digits: (length) => of('123456789', 1) + of(ten, length - 1),
    base64: (count) => Buffer.from(bytes(count)).toString('base64'),
    base64url: (count) => Buffer.from(bytes(count)).toString('base64url'),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${of('89ab', 1)}${hex(3)}-${hex(12)}`,
    password: () => pick(passwords)(),
    pick,
  };
}
