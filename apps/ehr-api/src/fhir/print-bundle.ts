/** A link of a bundle. */
export interface Link {
  readonly relation: string;
  readonly url: string;
}

/** What a bundle begins with. */
interface Head {
  readonly type: string;
  readonly total?: number;
}

/** The text of a bundle whose entries are all there. */
export function printBundle(head: Head, entries: readonly string[], links: readonly Link[]): string {
  return beginOf(head) + (entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`) + endOf(links);
}

/**
 * The text of a bundle in pieces, entries as they come; `links` is asked at the end, when it is known whether another page
 * follows.
 */
export async function* printAsItComes(
  head: Head,
  entries: AsyncIterable<string>,
  links: () => readonly Link[],
): AsyncGenerator<string> {
  yield beginOf(head);
  let before = ',"entry":[';
  for await (const entry of entries) {
    yield before + entry;
    before = ',';
  }
  yield (before === ',' ? ']' : '') + endOf(links());
}

function beginOf(head: Head): string {
  return `{"resourceType":"Bundle",${JSON.stringify(head).slice(1, -1)}`;
}

function endOf(links: readonly Link[]): string {
  return links.length === 0 ? '}' : `,"link":${JSON.stringify(links)}}`;
}

/** The whole of a text that comes in pieces. */
export async function wholeOf(pieces: string | AsyncIterable<string>): Promise<string> {
  if (typeof pieces === 'string') return pieces;
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.join('');
}
