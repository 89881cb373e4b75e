import { redact } from '@ehr/delivery-core';
import type { KnownSecret } from '../gate-model.ts';

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
