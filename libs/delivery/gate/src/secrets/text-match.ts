/** A match in a text; `end` is exclusive. */
export interface TextMatch {
  /** `a GitHub token`. */
  readonly kind: string;
  readonly start: number;
  readonly end: number;
}

/** Matches of a pattern whose one group holds the secret. */
export function matchGroup(
  text: string,
  pattern: RegExp,
  kind: string,
  isOne: (value: string) => boolean,
): TextMatch[] {
  return [...text.matchAll(pattern)].flatMap(({ index, 0: whole, 1: value = '' }) => {
    if (!isOne(value)) return [];
    const start = index + whole.lastIndexOf(value);
    return [{ kind, start, end: start + value.length }];
  });
}
