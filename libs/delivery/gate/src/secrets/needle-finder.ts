/** With blocks of two bytes: a byte longer than this and the shift no longer fits a byte. */
const LONGEST_WINDOW = 250;

/**
 * Which of the needles (each of two bytes or more) are in the haystack; cost hardly depends on their number.
 * Wu–Manber, "A fast algorithm for multi-pattern searching" (1994): a table over pairs of bytes says how far
 * one may jump; only where it says 0 is a needle compared.
 */
export function createNeedleFinder(needles: readonly Buffer[]): (haystack: Buffer) => ReadonlySet<number> {
  const window = Math.min(LONGEST_WINDOW, ...needles.map((needle) => needle.length));
  const shifts = new Uint8Array(65_536).fill(window - 1);
  const endingIn = new Map<number, number[]>();
  for (const [index, needle] of needles.entries()) {
    for (let at = 0; at + 1 < window; at++) {
      const pair = needle.readUInt16BE(at);
      const shift = window - 2 - at;
      shifts[pair] = Math.min(shifts[pair] ?? 0, shift);
      if (shift === 0) endingIn.set(pair, [...(endingIn.get(pair) ?? []), index]);
    }
  }
  return (haystack) => {
    const found = new Set<number>();
    if (needles.length === 0) return found;
    for (let at = window - 2; at + 1 < haystack.length;) {
      const pair = ((haystack[at] ?? 0) << 8) | (haystack[at + 1] ?? 0);
      const shift = shifts[pair] ?? 0;
      if (shift > 0) {
        at += shift;
        continue;
      }
      const start = at - window + 2;
      for (const index of endingIn.get(pair) ?? []) {
        const needle = needles[index];
        if (needle && haystack.subarray(start, start + needle.length).equals(needle)) found.add(index);
      }
      at++;
    }
    return found;
  };
}
