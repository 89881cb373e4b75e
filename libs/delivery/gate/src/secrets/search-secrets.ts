import { redact } from '@ehr/delivery-core';
import { type Finding, type KnownSecret, refusal } from '../gate-model.ts';
import { matchSecrets, type RuledMatch } from './key-formats.ts';
import { isKeyStore, isPrivateDer } from './private-keys.ts';
import type { TextMatch } from './text-match.ts';

/** Known secrets in a window of a file; with `filePath` also keys by their format, which not every file is searched for. */
export function searchWindow(
  window: TextWindow,
  secrets: KnownSecretFinder,
  place: string,
  filePath?: string,
): readonly Finding[] {
  const keys = filePath === undefined ? [] : findKeys(window, filePath);
  return [
    ...secrets
      .find(window.text)
      .map((name) => refusal('known-secret', place, `The value of ${name} is in the image. ${REMEDY}`)),
    ...keys.map(({ rule, text }) => refusal(rule, place, `This is ${text}. ${REMEDY}`)),
  ];
}

const REMEDY = 'Take it out and revoke it.';

/** Searches every string of a JSON value, keys included, whatever the field: commands, labels, authors, history. */
export function searchStrings(value: unknown, secrets: KnownSecretFinder, place: string): readonly Finding[] {
  if (typeof value === 'string') return searchWindow(wholeText(value), secrets, place, '');
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const isList = Array.isArray(value);
    const at = isList ? `${place}[${key}]` : [place, key].filter(Boolean).join('.');
    const inKey = isList ? [] : searchWindow(wholeText(key), secrets, at, '');
    return [...inKey, ...searchStrings(inner, secrets, at)];
  });
}

/** A text as the one window of a file that holds it in UTF-8. */
export function wholeText(text: string): TextWindow {
  return { text: Buffer.from(text).toString('latin1'), first: true, last: true };
}

/** Searches for known secrets in every form in which a value ends up inside something else. */
export interface KnownSecretFinder {
  /**
   * Names of the secrets in a text with one character for each byte, each once: `DOCKERHUB_TOKEN`,
   * `DOCKERHUB_TOKEN as base64`.
   */
  readonly find: (text: string) => readonly string[];
  /** The text with `[secret]` for every known secret. */
  readonly redact: (text: string) => string;
  /** The longest form, in bytes: windows of a stream must overlap by as much. */
  readonly longest: number;
}

/** Shorter values (`test`, `ehr`, `5432`) occur by chance in any program; a gate with false alarms is switched off. */
const SHORTEST = 8;

/** A finder for these secrets; values under 8 bytes are left out. */
export function knownSecretFinder(secrets: readonly KnownSecret[]): KnownSecretFinder {
  const forms = secrets.flatMap(({ name, value }) => {
    // A file's last line break is part of `$(cat token)` written to a variable, not of the secret.
    const plain = value.reveal().trim();
    if (Buffer.byteLength(plain) < SHORTEST) return [];
    return formsOf(plain).map(({ bytes, as }) => ({
      name: `${name}${as}`,
      bytes,
      text: bytes.toString('latin1'),
    }));
  });
  // One pass for all forms; which one it is matters only where there is one.
  const any = new RegExp(forms.map(({ text }) => text.replace(/\W/g, '\\$&')).join('|'));
  const values = forms.map(({ bytes }) => bytes.toString('utf8'));
  return {
    find: (text) => {
      if (!any.test(text)) return [];
      return [...new Set(forms.filter((form) => text.includes(form.text)).map(({ name }) => name))];
    },
    redact: (text) => redact(text, values),
    longest: Math.max(0, ...forms.map(({ bytes }) => bytes.length)),
  };
}

function formsOf(plain: string): { bytes: Buffer; as: string }[] {
  const text = (value: string, as: string) => ({ bytes: Buffer.from(value), as });
  const forms = [
    text(plain, ''),
    text(JSON.stringify(plain).slice(1, -1), ' as JSON'),
    text(encodeURIComponent(plain.toWellFormed()), ' URL-encoded'),
    { bytes: Buffer.from(plain, 'utf16le'), as: ' as UTF-16' },
    ...[0, 1, 2].flatMap((before) => {
      const core = base64Core(Buffer.from(plain), before);
      return [text(core, ' as base64'), text(core.replaceAll('+', '-').replaceAll('/', '_'), ' as base64')];
    }),
  ];
  return [...new Map(forms.reverse().map((form) => [form.bytes.toString('latin1'), form])).values()];
}

/**
 * The base64 digits that stand for these bytes alone when `before` bytes (modulo 3) precede them, as the
 * `user:` of a Docker or Basic credential does; the digits they share with their neighbours are left out.
 */
function base64Core(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

/** Bytes that two neighbouring windows of a text have in common: every key up to this length is whole in one. */
export const KEY_OVERLAP = 8_192;

/** A part of a file. */
export interface TextWindow {
  /** One character for each byte. */
  readonly text: string;
  /** Whether it begins where the file begins. */
  readonly first: boolean;
  /** Whether it ends where the file ends. */
  readonly last: boolean;
}

/** A credential, masked: `a GitHub token, ghp_… (40 characters)`. */
type FoundKey = Pick<RuledMatch, 'rule'> & { readonly text: string };

/** Credentials in a window of a file, each once. */
export function findKeys(window: TextWindow, filePath: string): readonly FoundKey[] {
  const found = new Map<string, FoundKey>();
  const add = (key: FoundKey) => found.set(key.text, key);
  if (window.first && window.text.length < KEY_OVERLAP * 4) {
    const bytes = Buffer.from(window.text, 'latin1');
    if (isKeyStore(bytes)) add({ rule: 'key-format', text: 'a store of keys' });
    if (window.last && isPrivateDer(bytes)) add({ rule: 'key-format', text: 'a private key in DER' });
  }
  let end = 0;
  for (const match of matchSecrets(window.text, filePath).filter((match) => isWhole(match, window))) {
    // `//host/:_authToken=npm_…` is one key, though two formats match it.
    if (match.start < end) continue;
    add({
      rule: match.rule,
      text: `${match.kind}, ${maskSecret(window.text.slice(match.start, match.end))}`,
    });
    end = match.end;
  }
  return [...found.values()];
}

/** A match at the edge of a window may be part of something longer; the neighbour then holds all of it. */
function isWhole({ start, end }: TextMatch, { text, first, last }: TextWindow): boolean {
  const beginsHere = first || start > 0;
  const endsHere = last || end < text.length || start <= text.length - KEY_OVERLAP;
  return beginsHere && endsHere;
}

/** The text with `[secret]` for everything that has the format of a key, rather a little more than too little. */
export function redactKeys(text: string): string {
  return matchSecrets(text, '').reduce((rest, { start, end }) => {
    // Some of secretlint's ranges have the right length but begin at the name before the value.
    const more = /^[\w+/=-]*/.exec(text.slice(end))?.[0].length ?? 0;
    return rest.replaceAll(text.slice(start, end + more), '[secret]');
  }, text);
}

/**
 * What a message may hold of a secret: its length, and its first four characters if those are a small part of it
 * (`ghp_… (40 characters)` shows the kind and nothing else).
 */
export function maskSecret(value: string): string {
  const length = `${value.length} characters`;
  return value.length < 16 ? `a value of ${length}` : `${printable(value.slice(0, 4))}… (${length})`;
}

/** The text without control characters: names of files and variables come from the image and must not forge log lines. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}
