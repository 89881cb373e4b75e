import type { Sight } from '../gate-finding.ts';
import { keySight, knownSecretSight } from '../layers/scan-layer.ts';
import { findKeys } from '../secrets/find-keys.ts';
import type { KnownSecretFinder } from '../secrets/known-secrets.ts';

/** Looks into every string of a JSON value, keys included, whatever the field: commands, labels, authors, history. */
export function searchStrings(value: unknown, secrets: KnownSecretFinder, place: string): readonly Sight[] {
  if (typeof value === 'string') return searchText(value, secrets, place);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const at = Array.isArray(value) ? `${place}[${key}]` : [place, key].filter(Boolean).join('.');
    return [
      ...(Array.isArray(value) ? [] : searchText(key, secrets, at)),
      ...searchStrings(inner, secrets, at),
    ];
  });
}

function searchText(text: string, secrets: KnownSecretFinder, place: string): readonly Sight[] {
  const keys = findKeys({ text, first: true, last: true }, '');
  return [...secrets.find(Buffer.from(text)).map(knownSecretSight), ...keys.map(keySight)].map((sight) => ({
    ...sight,
    place,
  }));
}
