import { redact } from '@ehr/delivery-core';
import type { Secret } from '@ehr/delivery-core';
import { createNeedleFinder } from './needle-finder.ts';

export interface KnownSecret {
  /** Where it is known from, for people: `DOCKERHUB_TOKEN`. */
  readonly name: string;
  readonly value: Secret;
}

export interface KnownSecretFinder {
  /** Names of the secrets in these bytes, each once: `DOCKERHUB_TOKEN`, `DOCKERHUB_TOKEN as base64`. */
  readonly find: (bytes: Buffer) => readonly string[];
  /** The text with every known secret taken out. */
  readonly redact: (text: string) => string;
  /** The longest form, in bytes: windows of a stream must overlap by as much. */
  readonly longest: number;
}

/** Shorter values (`test`, `ehr`, `5432`) occur by chance in any program; a gate that cries wolf is switched off. */
const SHORTEST = 8;

/** Looks for the values themselves and the ways in which they usually end up inside something else. */
export function knownSecretFinder(secrets: readonly KnownSecret[]): KnownSecretFinder {
  const forms = secrets.flatMap(({ name, value }) => {
    // A file's last line break is part of `$(cat token)` written to a variable, not of the secret.
    const plain = value.reveal().trim();
    return Buffer.byteLength(plain) < SHORTEST ? [] : formsOf(plain).map((form) => ({ name, ...form }));
  });
  const find = createNeedleFinder(forms.map(({ bytes }) => bytes));
  const texts = forms.map(({ bytes }) => bytes.toString('utf8'));
  return {
    find: (bytes) => [
      ...new Set([...find(bytes)].map((form) => `${forms[form]?.name ?? ''}${forms[form]?.as ?? ''}`)),
    ],
    redact: (text) => redact(text, texts),
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
