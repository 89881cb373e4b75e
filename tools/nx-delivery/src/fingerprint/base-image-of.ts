import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseImageIn, standInName } from '@ehr/delivery-core';
import { execa } from 'execa';
import type { ProcessEnv } from '../process-env.ts';
import { toolError } from '../tool-errors.ts';

/** What an image is built on. */
export interface BaseImage {
  readonly reference: string;
  /** Whether that is what its Dockerfile names, whose content counts anyway. */
  readonly isDefault: boolean;
}

/**
 * What the image of a project is built on: BASE_IMAGE, else the stand-in that `npm start` gave the engine where the image
 * itself cannot be had, with the digest it has there, else what the Dockerfile names. Everybody on an engine finds the
 * same: a nested run, another checkout, a test.
 * @throws BUILD_FAILED when the Dockerfile names no base
 */
export async function baseImageOf(projectRoot: string, processEnv: ProcessEnv): Promise<BaseImage> {
  const { BASE_IMAGE } = processEnv;
  if (BASE_IMAGE !== undefined && BASE_IMAGE !== '') return { reference: BASE_IMAGE, isDefault: false };
  const dockerfile = join(projectRoot, 'Dockerfile');
  const reference = baseImageIn(await readFile(dockerfile, 'utf8').catch(() => ''));
  if (reference === undefined) {
    throw toolError('BUILD_FAILED', `${dockerfile} does not say what it is built on.`, {
      hint: 'Begin it as the other services do: `FROM <image> AS base`, then `FROM ${BASE_IMAGE}`.',
    });
  }
  const standIn = await standInFor(reference, processEnv);
  return { reference: standIn ?? reference, isDefault: standIn === undefined };
}

/** Without an engine, or with one that does not answer, there is no stand-in. */
async function standInFor(reference: string, processEnv: ProcessEnv): Promise<string | undefined> {
  const name = standInName(reference);
  if (name === undefined) return undefined;
  const { failed, stdout } = await execa('docker', ['image', 'inspect', '--format', '{{.Id}}', name], {
    env: { ...processEnv },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: 10_000,
  });
  return failed ? undefined : `${name}@${stdout.trim()}`;
}
