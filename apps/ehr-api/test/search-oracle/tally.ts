/** How often each kind of search came, and how often it found something. */
export interface Tally {
  add(kinds: readonly string[], isRefused: boolean, found: number): void;
  /** Of the searches that were answered, the share that found something; 0 to 1. */
  hits(): number;
  times(kind: string): number;
  /** A line for each kind. */
  print(): string;
}

export function createTally(): Tally {
  const counts = new Map<string, { all: number; full: number }>();
  let [answered, full, refused] = [0, 0, 0];
  return {
    add: (kinds, isRefused, found) => {
      if (isRefused) refused += 1;
      else answered += 1;
      if (found > 0) full += 1;
      for (const kind of new Set(kinds)) {
        const count = counts.get(kind) ?? { all: 0, full: 0 };
        counts.set(kind, { all: count.all + 1, full: count.full + (found > 0 ? 1 : 0) });
      }
    },
    hits: () => (answered === 0 ? 0 : full / answered),
    times: (kind) => counts.get(kind)?.all ?? 0,
    print: () => {
      const lines = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `  ${kind.padEnd(26)}${String(count.all).padStart(7)}${String(count.full).padStart(7)}`); // prettier-ignore
      return [`${answered + refused} searches, ${refused} refused, ${full} found something`, `  ${'kind'.padEnd(26)}  asked  found`, ...lines, ''].join('\n'); // prettier-ignore
    },
  };
}
