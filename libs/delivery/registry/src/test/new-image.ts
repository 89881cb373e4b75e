import { writeImageLayout } from '@ehr/testing-fakes';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readImageLayout } from '../index.ts';

let count = 0;

/** A new image of two platforms that share the application's layer of `bytes`, and a repository of its own for it. */
export async function newImage(directory: string, bytes = 1_000) {
  const name = `image-${++count}`;
  const app = randomBytes(bytes);
  await writeImageLayout(join(directory, name), {
    fingerprint: 'a'.repeat(64),
    platforms: { 'linux/amd64': [randomBytes(1_000), app], 'linux/arm64': [randomBytes(1_000), app] },
  });
  return { repository: `test/${name}`, layout: await readImageLayout(join(directory, name)) };
}
