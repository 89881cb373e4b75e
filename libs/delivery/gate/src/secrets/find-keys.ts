import { matchKeyFormats, type TextMatch } from './key-formats.ts';

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

/** Kinds of credentials in a window of a file, masked, each once: `a GitHub token, ghp_… (40 characters)`. */
export function findKeys(window: TextWindow, filePath: string): readonly string[] {
  const found = new Set<string>();
  let end = 0;
  for (const match of matchKeyFormats(window.text, filePath).filter((match) => isWhole(match, window))) {
    // `//host/:_authToken=npm_…` is one key, though two formats match it.
    if (match.start < end) continue;
    found.add(`${match.kind}, ${maskSecret(window.text.slice(match.start, match.end))}`);
    end = match.end;
  }
  return [...found];
}

/** A match at the edge of a window may be part of something longer; the neighbour then holds all of it. */
function isWhole({ start, end }: TextMatch, { text, first, last }: TextWindow): boolean {
  const beginsHere = first || start > 0;
  const endsHere = last || end < text.length || start <= text.length - KEY_OVERLAP;
  return beginsHere && endsHere;
}

/** The text with `[secret]` for everything that has the format of a key, rather a little more than too little. */
export function redactKeys(text: string): string {
  return matchKeyFormats(text, '').reduce((rest, { start, end }) => {
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
