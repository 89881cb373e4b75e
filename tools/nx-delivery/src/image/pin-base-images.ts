import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  baseImageIn,
  type DeliveryError,
  DOCKER_HUB,
  formatReference,
  parseReference,
  type Reference,
  withBaseImage,
} from '@ehr/delivery-core';
import { createRegistry } from '@ehr/delivery-registry';
import type { ProcessEnv } from '../process-env.ts';
import { toolError } from '../tool-errors.ts';
import { signInFor } from '../wiring/read-settings.ts';

/** A Dockerfile, and what it names as its base now and did before. */
export interface PinnedFile {
  /** Relative to the workspace. */
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Writes into each Dockerfile the digest that the tag of its base has in its registry now, also over an older digest. All
 * are asked before the first is written.
 * @throws BASE_IMAGE_UNRESOLVED when one cannot be had; no file was changed
 */
export async function pinBaseImages(
  paths: readonly string[],
  root: string,
  processEnv: ProcessEnv,
): Promise<PinnedFile[]> {
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
  const named = texts.map((text) => baseImageIn(text) ?? '');
  const pinned = new Map<string, string>();
  for (const base of new Set(named)) {
    const path = paths[named.indexOf(base)] ?? '';
    pinned.set(base, await pin(base, path, processEnv));
  }
  const files = paths.map((path, index) => {
    const before = named[index] ?? '';
    return { path, before, after: pinned.get(before) ?? before };
  });
  for (const [index, { path, before, after }] of files.entries())
    if (after !== before) await writeFile(join(root, path), withBaseImage(texts[index] ?? '', after));
  return files;
}

async function pin(base: string, path: string, processEnv: ProcessEnv): Promise<string> {
  const reference = parseReference(base);
  if (reference === undefined) throw unresolved(`${path} names no base image (\`FROM <image> AS base\`)`);
  const { registry, repository, tag = 'latest' } = reference;
  const where = `${base}, which ${path} is built on,`;
  const digest = await resolve({ registry, repository, tag }, processEnv).catch((cause: unknown) => {
    throw unresolved(`${where} cannot be looked up in ${registry}`, cause);
  });
  if (digest === null)
    throw unresolved(
      `${where} is not there: ${registry} has no ${formatReference({ registry, repository, tag })}`,
    );
  // As it is written there, short or not.
  const name = base.replace(/@.*$/, '');
  return `${reference.tag === undefined ? `${name}:latest` : name}@${digest}`;
}

function resolve({ registry, repository, tag = '' }: Reference, processEnv: ProcessEnv) {
  const setting = (name: string) => processEnv[name] || undefined;
  const isOwn = registry === (setting('REGISTRY') ?? DOCKER_HUB);
  const credentials = signInFor(registry, isOwn, setting, processEnv);
  return createRegistry({ registry, repository, credentials, retries: 2 }).resolve(tag);
}

function unresolved(message: string, cause?: unknown): DeliveryError {
  return toolError('BASE_IMAGE_UNRESOLVED', `${message}. No Dockerfile was changed.`, { cause });
}
