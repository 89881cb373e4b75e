import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openLayout } from '@ehr/delivery-registry';
import { execa } from 'execa';
import { pack } from 'tar-stream';
import { toolError } from '../tool-errors.ts';

/**
 * Gives the local engine the image, so that `docker run` works right after. BuildKit could export
 * there itself, but not with fixed timestamps ("rewrite-timestamp" conflicts with "unpack").
 * One archive speaks to both image stores: the containerd store reads the layout's index, the classic one
 * `manifest.json`, which names the engine's own platform.
 */
export async function loadIntoEngine(directory: string, reference: string): Promise<void> {
  const { index, manifests, blobs, pathOf } = await openLayout(directory);
  const architecture = (await execa('docker', ['version', '--format', '{{.Server.Arch}}'])).stdout;
  const native = manifests.find(({ config }) => config.architecture === architecture) ?? manifests[0];
  const name = (digest: string) => `blobs/${digest.replace(':', '/')}`;
  const archive = pack();
  const loading = execa('docker', ['load', '--quiet'], { stdin: 'pipe', reject: false });
  const sending = pipeline(archive, loading.stdin);
  for (const file of ['oci-layout', 'index.json'])
    archive.entry({ name: file }, await readFile(join(directory, file)));
  if (native !== undefined) {
    const { config, layers } = native.manifest;
    const entry = {
      Config: name(config.digest),
      RepoTags: [reference],
      Layers: layers.map(({ digest }) => name(digest)),
    };
    archive.entry({ name: 'manifest.json' }, JSON.stringify([entry]));
  }
  for (const document of [index, ...manifests]) archive.entry({ name: name(document.digest) }, document.text);
  for (const { digest, size } of blobs) {
    await pipeline(createReadStream(pathOf(digest)), archive.entry({ name: name(digest), size }));
  }
  archive.finalize();
  await sending.catch(() => undefined); // A closed pipe is told by the exit code below.
  const { exitCode, stderr } = await loading;
  if (exitCode !== 0) throw toolError('BUILD_FAILED', `\`docker load\` refused the image: ${stderr.trim()}`);
}
