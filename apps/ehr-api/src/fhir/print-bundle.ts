/** A link of a bundle. */
export interface Link {
  readonly relation: string;
  readonly url: string;
}

/**
 * The text of a bundle in pieces, entries as they come; `links` is asked at the end, when it is known whether another page
 * follows.
 */
export async function* printBundle(
  head: { readonly type: string; readonly total?: number },
  entries: AsyncIterable<string> | readonly string[],
  links: () => readonly Link[],
): AsyncGenerator<string> {
  yield `{"resourceType":"Bundle",${JSON.stringify(head).slice(1, -1)}`;
  let before = ',"entry":[';
  // What is there already need not be waited for, entry by entry.
  const pieces = Array.isArray(entries) && entries.length > 0 ? [entries.join(',')] : entries;
  for await (const entry of pieces) {
    yield before + entry;
    before = ',';
  }
  const link = links();
  yield `${before === ',' ? ']' : ''}${link.length === 0 ? '' : `,"link":${JSON.stringify(link)}`}}`;
}

/** The whole of a text that comes in pieces. */
export async function wholeOf(pieces: string | AsyncIterable<string>): Promise<string> {
  if (typeof pieces === 'string') return pieces;
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.join('');
}
