/** A fact that several checks need and that is fetched once, when the first of them asks; so is its failure. */
export function once<T>(fetchIt: () => Promise<T>): () => Promise<T> {
  let fetched: Promise<T> | undefined;
  return () => (fetched ??= fetchIt());
}
