import { refusal, type Finding } from '../gate-model.ts';
import { findKeys, type TextWindow } from './find-keys.ts';
import type { KnownSecretFinder } from './known-secrets.ts';

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
    ...keys.map((key) => refusal('key-format', place, `This has the format of ${key}. ${REMEDY}`)),
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
