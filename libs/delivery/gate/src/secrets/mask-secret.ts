/**
 * How a secret is spoken of: its length, and its first four characters if those are a small part of it
 * (`ghp_… (40 characters)` tells the kind and nothing else).
 */
export function maskSecret(value: string): string {
  const length = `${value.length} characters`;
  return value.length < 16 ? `a value of ${length}` : `${printable(value.slice(0, 4))}… (${length})`;
}

/** File and variable names come from the image: without control characters they cannot forge lines of a log. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}
