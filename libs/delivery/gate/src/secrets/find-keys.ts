import { keyFormats } from './key-formats.ts';
import { maskSecret } from './mask-secret.ts';
import { matchVendorRules } from './vendor-rules.ts';
import type { TextMatch } from './vendor-rules.ts';

/** Bytes two neighbouring windows of a text have in common: every key up to this length is whole in one. */
export const KEY_OVERLAP = 8_192;

export interface TextWindow {
  /** One character for each byte. */
  readonly text: string;
  readonly first: boolean;
  readonly last: boolean;
}

/** Kinds of credentials in a window of a file, masked: `a GitHub token, ghp_… (40 characters)`. */
export function findKeys(window: TextWindow, filePath: string): readonly string[] {
  const found = new Set<string>();
  let end = 0;
  for (const match of matchesIn(window.text, filePath).filter((match) => isWhole(match, window))) {
    // `//host/:_authToken=npm_…` is one key, though two formats know it.
    if (match.start < end) continue;
    found.add(`${match.kind}, ${maskSecret(window.text.slice(match.start, match.end))}`);
    end = match.end;
  }
  return [...found];
}

/** The text with everything that looks like a key taken out, rather a little more than too little. */
export function redactKeys(text: string): string {
  return matchesIn(text, '').reduce((rest, { start, end }) => {
    // Some of secretlint's ranges have the right length but begin at the name before the value.
    const more = /^[\w+/=-]*/.exec(text.slice(end))?.[0].length ?? 0;
    return rest.replaceAll(text.slice(start, end + more), '[secret]');
  }, text);
}

/** In the order of the text. */
function matchesIn(text: string, filePath: string): readonly TextMatch[] {
  const formats = keyFormats.filter(({ files }) => files === undefined || files.test(filePath));
  const own = formats.flatMap(({ kind, pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({
      kind,
      start: match.index,
      end: match.index + match[0].length,
    })),
  );
  return [...matchVendorRules(text, filePath), ...own].sort((a, b) => a.start - b.start);
}

/** A match at the edge of a window may be part of something longer; the neighbour then holds all of it. */
function isWhole({ start, end }: TextMatch, { text, first, last }: TextWindow): boolean {
  const beginsHere = first || start > 0;
  const endsHere = last || end < text.length || start <= text.length - KEY_OVERLAP;
  return beginsHere && endsHere;
}
