import { dateRange, normalizeSearchString, patientSearchParameters } from '@ehr/fhir';
import type { Patient } from 'fhir/r4';
import { tokenHash } from './token-hash.ts';

/** The rows by which a resource is found, a list for each table. */
export interface IndexRows {
  readonly strings: readonly {
    readonly param: string;
    readonly value: string;
    readonly exact: string | null;
  }[];
  readonly tokens: readonly { readonly param: string; readonly hash: string }[];
  readonly dates: readonly { readonly param: string; readonly low: string; readonly high: string }[];
}

/** Everything by which a patient can be found. */
export function indexRows(patient: Patient): IndexRows {
  const strings: IndexRows['strings'][number][] = [];
  const tokens: IndexRows['tokens'][number][] = [];
  const dates: IndexRows['dates'][number][] = [];
  for (const { name: param, entries } of patientSearchParameters)
    for (const entry of entries(patient)) {
      if (entry.type === 'string') {
        strings.push({ param, value: indexedText(entry.value), exact: entry.value });
        if (entry.wordStarts)
          strings.push(...laterWords(entry.value).map((value) => ({ param, value, exact: null })));
      } else if (entry.type === 'token') {
        const { system = '', code } = entry;
        const keys = [{ system, code }, { code }, ...(system ? [{ system }] : [])];
        tokens.push(...keys.map((key) => ({ param, hash: tokenHash(key) })));
      } else {
        const range = dateRange(entry.value);
        if (range) dates.push({ param, low: String(range.low), high: String(range.high) });
      }
    }
  return { strings, tokens, dates };
}

/** A B-tree entry must stay below 2.7 kB; whoever searches cuts the text at the same place. */
export function indexedText(value: string): string {
  return Array.from(normalizeSearchString(value)).slice(0, 200).join('');
}

/** `van der Berg` is also found at `der Berg` and `Berg`. At most ten, for texts nobody meant as a name. */
function laterWords(value: string): string[] {
  const normal = indexedText(value);
  return [...normal.matchAll(/(?<=[\s-])[^\s-]/gu)].slice(0, 10).map((match) => normal.slice(match.index));
}
