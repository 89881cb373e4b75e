import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { standInForName } from '@ehr/delivery-core';
import { openLayout } from '@ehr/delivery-registry';
import { execa } from 'execa';
import { toolError } from '../tool-errors.ts';
import { keepNewest, markUsed } from './keep-newest.ts';

/** A hundred megabytes each. */
const KEPT_BASES = 3;

/**
 * The base image for these platforms, in an OCI layout of its own below `root`, as the builder has it from its registry
 * or its own store. It is written once for each digest that the reference leads to, and read by every build after that.
 * @throws BUILD_FAILED when the builder cannot find it
 */
export async function provideBaseImage(
  reference: string,
  platforms: readonly string[],
  root: string,
): ReturnType<typeof openLayout> {
  const builder = builderFor(reference, platforms);
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? (await builder.resolve());
  const key = createHash('sha256')
    .update(JSON.stringify([reference, digest, platforms]))
    .digest('hex');
  const directory = join(root, 'dist/bases', key.slice(0, 32));
  // What the builder does not tell cannot be found again.
  if (digest === undefined || !existsSync(directory)) {
    await exportTo(directory, builder.writeTo);
    await keepNewest(dirname(directory), KEPT_BASES);
  } else await markUsed(directory);
  return openLayout(directory);
}

/** Two services built at once may both come here: the last to finish has it, and both have the same. */
async function exportTo(directory: string, writeTo: (directory: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const fresh = await mkdtemp(`${directory}-`);
  try {
    await writeTo(fresh);
    await rm(directory, { recursive: true, force: true });
    await rename(fresh, directory).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

function builderFor(reference: string, platforms: readonly string[]) {
  // The engine's own store knows an image by its name alone.
  const named = standInForName(reference) === null ? reference : reference.replace(/@.*$/, '');
  const build = async (output: string) => {
    const args = [
      '--progress=plain',
      '--provenance=false',
      `--platform=${platforms.join(',')}`,
      `--output=${output}`,
    ];
    // From standard input buildx leaves a directory behind, each time.
    const context = await mkdtemp(join(tmpdir(), 'ehr-base-'));
    await writeFile(join(context, 'Dockerfile'), `FROM ${named}\n`);
    const { exitCode, all } = await execa('docker', ['buildx', 'build', ...args, context], {
      all: true,
      reject: false,
    });
    await rm(context, { recursive: true });
    if (exitCode === 0) return all;
    const said = all.trim().split('\n').slice(-5).join('\n');
    throw toolError(
      'BUILD_FAILED',
      `The base image ${reference} cannot be had for ${platforms.join(' and ')}:\n${said}`,
    );
  };
  return {
    /** The digest that the reference leads to now; undefined when the builder does not say. */
    resolve: async () => / FROM \S+@(sha256:[0-9a-f]{64})/.exec(await build('type=cacheonly'))?.[1],
    writeTo: async (directory: string) => void (await build(`type=oci,tar=false,dest=${directory}`)),
  };
}
