export interface Window {
  readonly bytes: Buffer;
  readonly first: boolean;
  readonly last: boolean;
}

/** Fewer windows have fewer bytes in two of them; a whole small file is one window. */
const WINDOW = 256 * 1024;

/**
 * A stream as overlapping windows: everything of up to `overlap` bytes is whole in at least one of them.
 * Holds one window and one chunk in memory.
 */
export async function* windowsOf(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  overlap: number,
  size = WINDOW,
): AsyncGenerator<Window> {
  let pending: Buffer[] = [];
  let length = 0;
  let first = true;
  for await (const chunk of chunks) {
    if (length >= size && length > overlap) {
      const bytes = Buffer.concat(pending);
      yield { bytes, first, last: false };
      first = false;
      pending = [bytes.subarray(bytes.length - overlap)];
      length = overlap;
    }
    pending.push(chunk);
    length += chunk.length;
  }
  yield {
    bytes: pending.length === 1 && pending[0] ? pending[0] : Buffer.concat(pending),
    first,
    last: true,
  };
}
