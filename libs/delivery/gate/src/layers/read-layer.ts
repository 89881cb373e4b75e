import { coreError, shortDigest } from '@ehr/delivery-core';
import { PassThrough } from 'node:stream';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Header } from 'tar-stream';
import type { GateLayer } from '../gate-image.ts';

export interface LayerEntry {
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
export async function* readLayer(layer: GateLayer): AsyncGenerator<LayerEntry> {
  const name = `Layer ${shortDigest(layer.digest)}`;
  const archive = extract();
  const feeding = pipeline(layer.open(), decompressorFor(layer.mediaType, name), archive);
  feeding.catch(() => undefined); // Told below, or by the entry that is being read.
  for await (const entry of archive) {
    yield {
      path: cleanPath(entry.header.name),
      header: entry.header,
      chunks: entry as AsyncIterable<Buffer>,
    };
  }
  await feeding;
}

/** Larger than zlib's 16 KiB: each chunk costs a turn of the event loop. */
const chunkSize = 256 * 1024;

function decompressorFor(mediaType: string, name: string): Duplex {
  if (/[.+]gzip$/.test(mediaType)) return createGunzip({ chunkSize });
  if (/[.+]zstd$/.test(mediaType)) return createZstdDecompress({ chunkSize });
  if (/[.]tar$/.test(mediaType)) return new PassThrough();
  throw coreError('LAYOUT_INVALID', `${name} is of the type ${mediaType}, which the gate cannot read.`);
}

function cleanPath(name: string): string {
  return name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
}
