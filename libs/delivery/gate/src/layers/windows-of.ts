/** A part of a stream. */
export interface Window {
  readonly bytes: Buffer;
  /** Whether it begins where the stream begins. */
  readonly first: boolean;
  /** Whether it ends where the stream ends. */
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
  const [only = Buffer.alloc(0), ...others] = pending;
  yield { bytes: others.length === 0 ? only : Buffer.concat(pending), first, last: true };
}
