import { coreError, sharedTopLayers, type Digest } from '@ehr/delivery-core';
import { openLayout, readImageLayout } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { join } from 'node:path';
import { fingerprintOf } from '../fingerprint/fingerprint-of.ts';
import { buildWithNxContainer } from './build-with-nx-container.ts';
import { checkBuilder } from './check-builder.ts';
import { loadIntoEngine } from './load-into-engine.ts';
import { prepareContext } from './prepare-context.ts';

/** How an image is built and named. */
export interface ImageOptions {
  /** As os/architecture. */
  readonly platforms: readonly string[];
  /** Relative to the workspace root; `{projectName}` stands for the project's name. */
  readonly context: string;
  readonly tag: string;
}

/**
 * Builds the project's image into dist/containers/<project> and gives it to the local engine.
 * @throws NATIVE_CODE, ENGINE_UNAVAILABLE, ENGINE_SINGLE_PLATFORM, BUILD_FAILED, LAYOUT_INVALID
 */
export async function buildImage(
  options: ImageOptions,
  context: ExecutorContext,
): Promise<{ readonly reference: string; readonly digest: Digest }> {
  const { root, projectName = '', projectGraph } = context;
  const directory = join(root, 'dist/containers', projectName);
  const buildContext = options.context.replaceAll('{projectName}', projectName);
  const fingerprint = await fingerprintOf(projectName, projectGraph, root, process.env);
  await prepareContext(join(root, buildContext));
  await checkBuilder(root);
  const reference = `${process.env['DOCKERHUB_USERNAME'] ?? 'ehr-connect'}/${projectName}:${options.tag}`;
  await buildWithNxContainer({ ...options, buildContext, directory, fingerprint, reference }, context);
  await checkSharedLayer(directory);
  await loadIntoEngine(directory, reference);
  return { reference, digest: (await readImageLayout(directory)).digest };
}

/** One application layer for all platforms is what makes a second platform free: check it rather than hope. */
async function checkSharedLayer(directory: string): Promise<void> {
  const { manifests } = await openLayout(directory);
  if (sharedTopLayers(manifests.map(({ manifest }) => manifest)).length > 0) return;
  throw coreError('LAYOUT_INVALID', `The images in ${directory} share no layer between their platforms.`, {
    hint: 'Copy the application with `COPY --link` and run nothing in the Dockerfile.',
  });
}
