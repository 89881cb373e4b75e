import { type Duplex, PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { coreError, DeliveryError, type Digest, shortDigest } from '@ehr/delivery-core';
import { extract, type Header } from 'tar-stream';
import type { Finding, GateLayer } from '../gate-model.ts';
import { judgeFileName } from '../rules/judge-file-name.ts';
import { KEY_OVERLAP, type KnownSecretFinder, searchWindow, wholeText } from '../secrets/search-secrets.ts';

/**
 * All findings of one layer, read once from begin to end. Each layer is judged for itself, so what a later one
 * deletes is found all the same. Files that are not ours are searched for known secrets alone.
 * @throws LAYOUT_INVALID when the layer cannot be read to its end
 */
export async function scanLayer(
  layer: GateLayer,
  secrets: KnownSecretFinder,
  isOurs: (layer: Digest, path: string) => boolean,
): Promise<readonly Finding[]> {
  const name = shortDigest(layer.digest);
  const overlap = Math.max(KEY_OVERLAP, secrets.longest);
  const findings = new Map<string, Finding>();
  const add = (...found: readonly Finding[]) => {
    for (const finding of found) findings.set(`${finding.rule} ${finding.place} ${finding.message}`, finding);
  };
  try {
    for await (const { path, header, chunks } of readLayer(layer)) {
      const place = `layer ${name}: ${path}`;
      const ours = isOurs(layer.digest, path);
      const verdict = ours ? judgeFileName(path) : undefined;
      if (verdict) add({ ...verdict, place: `layer ${name}: ${verdict.place}` });
      const filePath = ours ? path : undefined;
      add(...searchWindow(wholeText(headerText(header)), secrets, place, filePath));
      for await (const { bytes, first, last } of windowsOf(chunks, overlap)) {
        add(...searchWindow({ text: bytes.toString('latin1'), first, last }, secrets, place, filePath));
      }
    }
  } catch (cause) {
    if (cause instanceof DeliveryError) throw cause;
    // What cannot be read must not pass as clean.
    throw coreError('LAYOUT_INVALID', `Layer ${name} cannot be read to its end.`, { cause });
  }
  return [...findings.values()];
}

/** Names, link targets and extended attributes are content, too. */
function headerText({ name, linkname, pax }: Header): string {
  return [name, linkname ?? '', ...Object.entries((pax ?? {}) as Record<string, string>).flat()].join('\n');
}

interface LayerEntry {
  /** Without a leading `./` or `/`, and without the slash at a directory's end. */
  readonly path: string;
  readonly header: Header;
  /** Must be read to its end before the next entry comes. */
  readonly chunks: AsyncIterable<Buffer>;
}

/**
 * The entries of a layer, in their order. Throws, here or while an entry is read, at an unknown media type, a
 * broken archive and one that ends too early.
 */
async function* readLayer(layer: GateLayer): AsyncGenerator<LayerEntry> {
  const archive = extract();
  const feeding = pipeline(layer.open(), decompressorFor(layer), archive);
  feeding.catch(() => undefined); // Thrown below, or by the entry that is being read.
  for await (const entry of archive) {
    const path = entry.header.name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    yield { path, header: entry.header, chunks: entry as AsyncIterable<Buffer> };
  }
  await feeding;
}

/** Larger than zlib's 16 KiB: each chunk costs a turn of the event loop. */
const chunkSize = 256 * 1024;

function decompressorFor({ mediaType, digest }: GateLayer): Duplex {
  if (/[.+]gzip$/.test(mediaType)) return createGunzip({ chunkSize });
  if (/[.+]zstd$/.test(mediaType)) return createZstdDecompress({ chunkSize });
  if (/[.]tar$/.test(mediaType)) return new PassThrough();
  const name = `Layer ${shortDigest(digest)}`;
  throw coreError('LAYOUT_INVALID', `${name} is of the type ${mediaType}, which the gate cannot read.`);
}

/** A part of a stream. */
interface Window {
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
async function* windowsOf(chunks: AsyncIterable<Buffer>, overlap: number): AsyncGenerator<Window> {
  let pending: Buffer[] = [];
  let length = 0;
  let first = true;
  for await (const chunk of chunks) {
    if (length >= WINDOW && length > overlap) {
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
