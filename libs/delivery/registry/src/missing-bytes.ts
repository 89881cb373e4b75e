import type { ImageLayout } from '@ehr/delivery-core';
import pLimit from 'p-limit';
import { openLayout } from './layout/open-layout.ts';
import type { Transport } from './transport.ts';
import { hasBlob } from './upload-blob.ts';

/** Asks for each blob of the layout with HEAD, which costs no pull, and adds up those that are not there. */
export async function missingBytes(
  transport: Transport,
  repository: string,
  { directory }: ImageLayout,
): Promise<number> {
  const { blobs } = await openLayout(directory);
  const limit = pLimit(4);
  const sizes = await Promise.all(
    blobs.map(({ digest, size }) =>
      limit(async () => ((await hasBlob(transport, repository, digest)) ? 0 : size)),
    ),
  );
  return sizes.reduce((total, size) => total + size, 0);
}
