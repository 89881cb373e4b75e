import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Digest } from '@ehr/delivery-core';
import { pack } from 'tar-stream';
import type { GateConfig, GateImage, GateLayer } from '../gate-model.ts';

/** A config that the default policy has nothing against. */
export const goodConfig = {
  User: '1000:1000',
  Env: ['NODE_ENV=production'],
  Healthcheck: { Test: ['CMD', 'node', 'health.js'] },
  Labels: {
    'org.opencontainers.image.title': 'ehr-api',
    'org.opencontainers.image.description': 'FHIR R4 API',
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.vendor': 'EHR Connect',
    'connect.ehr.fingerprint': 'a'.repeat(64),
  },
} satisfies GateConfig['config'];

/** The end of a layer's media type. */
export type Compression = 'tar' | 'tar+gzip' | 'tar+zstd';

/** A tar archive of these files: path → content. */
export async function tarOf(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return buffer(archive);
}

/** A layer of the archive that counts how often it is opened; read in chunks of `chunkSize` bytes. */
export function layerOf(
  tar: Buffer,
  compression: Compression = 'tar',
  chunkSize = 65_536,
): GateLayer & { opened: number } {
  const blob =
    compression === 'tar+gzip' ? gzipSync(tar) : compression === 'tar+zstd' ? zstdCompressSync(tar) : tar;
  const digest: Digest = `sha256:${createHash('sha256').update(blob).digest('hex')}`;
  const layer = {
    digest,
    mediaType: `application/vnd.oci.image.layer.v1.${compression}`,
    size: blob.length,
    opened: 0,
    open: () => {
      layer.opened++;
      return Readable.from(chunksOf(blob, chunkSize));
    },
  };
  return layer;
}

/** For amd64 and arm64: a base layer for each, and these on top of both. */
export async function imageOf(
  top: readonly GateLayer[],
  config: GateConfig['config'] = goodConfig,
  baseFiles: Readonly<Record<string, string>> = {},
): Promise<GateImage> {
  const manifests = ['amd64', 'arm64'].map(async (architecture) => {
    const base = layerOf(await tarOf({ 'usr/bin/node': architecture, ...baseFiles }), 'tar+gzip');
    const platform = { os: 'linux', architecture };
    return { platform, config: { ...platform, config }, layers: [base, ...top] };
  });
  return { manifests: await Promise.all(manifests) };
}

function* chunksOf(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
