/** A secret as it may turn up in a log: whole, its lines, and the password out of an address, as written and decoded. */
export function secretParts(value: string): string[] {
  const passwords = [...value.matchAll(/:\/\/[^\s/:@]*:([^\s/@]+)@/g)].map((found) => found[1] ?? '');
  return [value, ...value.split(/\\n|\r?\n/), ...passwords, ...passwords.map(decoded)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A lone per cent sign: it was never encoded.
  }
}
