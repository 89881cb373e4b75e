/** A text as it reads decoded, and where in the other one it stands. */
export interface DecodedPart {
  readonly text: string;
  /** How it was encoded: `base64`. */
  readonly as: string;
  readonly start: number;
  readonly end: number;
}

const BASE64 = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,8000}={0,2}/g;
const HEX = /(?<![A-Za-z0-9])(?:[2-7][0-9a-f]){20,2000}(?![A-Za-z0-9])/gi;
/** The scheme before `://` is bounded: a long line without one costs no more than one with. */
const PERCENT = /\b[a-z][a-z0-9+.-]{1,20}%3A(?:%2F){2}[\w.~!$&'()*+,;=:@/?%-]{8,2000}/gi;

/** Everything in a text that reads as another text when it is decoded. */
export function decodedParts(text: string): DecodedPart[] {
  return [
    ...decodeAll(text, PERCENT, 'URL-encoded', fromPercent),
    ...decodeAll(text, BASE64, 'base64', fromBase64),
    ...decodeAll(text, HEX, 'hexadecimal', (run) => printableOnly(Buffer.from(run, 'hex'))),
    ...fromUtf16(text),
  ];
}

function decodeAll(
  text: string,
  pattern: RegExp,
  as: string,
  decode: (run: string) => string | null,
): DecodedPart[] {
  return [...text.matchAll(pattern)].flatMap(({ index, 0: run }) => {
    const decoded = decode(run);
    return decoded === null ? [] : [{ text: decoded, as, start: index, end: index + run.length }];
  });
}

function fromBase64(run: string): string | null {
  // Fonts, images and programs show by their first bytes that they are no text.
  if (printableOnly(Buffer.from(run.slice(0, 16), 'base64')) === null) return null;
  return printableOnly(Buffer.from(run, 'base64'));
}

function fromPercent(run: string): string | null {
  try {
    return decodeURIComponent(run);
  } catch {
    return null;
  }
}

function printableOnly(bytes: Buffer): string | null {
  const text = bytes.toString('latin1');
  return /^[\t\n\r\x20-\x7e]+$/.test(text) ? text : null;
}

/** UTF-16, which has a zero byte beside each letter of ours, in either order; the whole of a file is it, or none of it. */
function fromUtf16(text: string): DecodedPart[] {
  const isUtf16 = /^(?:\xff\xfe|\xfe\xff)/.test(text) || /(?:[\x20-\x7e]\0){24}/.test(text);
  if (!isUtf16) return [];
  return [{ text: text.replace(/[\0\xfe\xff]/g, ''), as: 'UTF-16', start: 0, end: text.length }];
}
