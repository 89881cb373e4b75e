import { createReadStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Descriptor, Digest } from '@ehr/delivery-core';
import { digestOf } from '@ehr/delivery-registry';
import { gzipSync } from 'fflate';
import { extract, type Header, pack } from 'tar-stream';
import { keepNewest, markUsed } from './keep-newest.ts';

/** Some megabytes each; an image of ours has four. */
const KEPT_LAYERS = 50;

/** A layer as it is stored, and the digest of what it holds (`diff_ids` of an image's config). */
export interface LevelLayer {
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  /** Where it lies. */
  readonly path: string;
}

/**
 * The layer of the tar archive at `path`, the same bytes on every machine: no times, and compressed by a program that is
 * the same everywhere (zlib's output differs by processor). It is kept in `kept`, and compressed once for each content.
 */
export async function levelLayer(path: string, kept: string): Promise<LevelLayer> {
  const content = await withoutTimes(path);
  const diffId = digestOf(content);
  const file = join(kept, `${diffId.replace('sha256:', '')}.tar.gz`);
  if (existsSync(file)) await markUsed(file);
  else {
    await write(file, kept, gzipSync(content, { level: 6, mtime: 0 }));
    await keepNewest(kept, KEPT_LAYERS);
  }
  const blob = await readFile(file);
  return {
    diffId,
    path: file,
    descriptor: {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: digestOf(blob),
      size: blob.length,
    },
  };
}

async function withoutTimes(path: string): Promise<Buffer> {
  const [from, to] = [extract(), pack()];
  const reading = pipeline(createReadStream(path), from);
  const written = read(to);
  for await (const entry of from) to.entry(level(entry.header), await read(entry));
  await reading;
  to.finalize();
  return written;
}

/** `buffer` of node:stream/consumers goes through a Blob: a second for twenty megabytes. */
async function read(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What a file is, less when it was made and what only a builder adds. */
function level({ name, mode, uid, gid, type, linkname, devmajor, devminor, pax }: Header): Header {
  const extended = Object.entries((pax ?? {}) as Record<string, string>);
  const kept = extended.filter(([key]) => key.startsWith('SCHILY.xattr.'));
  return {
    ...{ name, mode, uid, gid, type, linkname, devmajor, devminor, mtime: new Date(0) },
    ...(kept.length > 0 && { pax: Object.fromEntries(kept) }),
  } as Header;
}

/** Another build may look for it meanwhile: it is there whole or not at all. */
async function write(file: string, directory: string, content: Uint8Array): Promise<void> {
  await mkdir(directory, { recursive: true });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, file);
}
