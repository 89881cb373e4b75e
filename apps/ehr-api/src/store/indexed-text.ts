import { normalizeSearchString } from '@ehr/fhir';

/** A B-tree entry must stay below 2.7 kB; whoever searches cuts the text at the same place. Never empty. */
export function indexedText(value: string): string {
  return Array.from(normalizeSearchString(value)).slice(0, 200).join('') || ' ';
}

/** `van der Berg` is also found at `der Berg` and `Berg`. At most ten, for texts nobody meant as a name. */
export function laterWords(normal: string): string[] {
  return [...normal.matchAll(/(?<=[\s-])[^\s-]/gu)].slice(0, 10).map((match) => normal.slice(match.index));
}
