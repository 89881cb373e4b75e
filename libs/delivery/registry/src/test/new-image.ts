import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeImageLayout } from '@ehr/testing-fakes';
import { onTestFinished } from 'vitest';
import { readImageLayout } from '../index.ts';

let count = 0;

/** For one test: an image of two platforms that share the application's layer of `bytes`, and a repository for it. */
export async function newImage(bytes = 1_000) {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-image-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const app = randomBytes(bytes);
  await writeImageLayout(directory, {
    fingerprint: 'a'.repeat(64),
    platforms: { 'linux/amd64': [randomBytes(1_000), app], 'linux/arm64': [randomBytes(1_000), app] },
  });
  return { repository: `test/image-${++count}`, layout: await readImageLayout(directory) };
}
