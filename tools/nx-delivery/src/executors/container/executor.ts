import { coreError, sharedTopLayers } from '@ehr/delivery-core';
import { openLayout, readImageLayout } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { join } from 'node:path';
import { fingerprintOf } from '../../fingerprint/fingerprint-of.ts';
import { buildWithNxContainer } from '../../image/build-with-nx-container.ts';
import { loadIntoEngine } from '../../image/load-into-engine.ts';
import { prepareContext } from '../../image/prepare-context.ts';
import { checkBuilder } from '../../image/check-builder.ts';
import { runReporting } from '../run-reporting.ts';

interface ContainerOptions {
  readonly platforms: readonly string[];
  readonly context: string;
  readonly tag: string;
  readonly allowNativeCode: readonly string[];
}

/** The `container` target: a pure function of the sources, from build output to OCI layout. */
export default function container(
  options: ContainerOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runReporting(async () => {
    const { root, projectName = '', projectGraph } = context;
    const directory = join(root, 'dist/containers', projectName);
    const buildContext = options.context.replaceAll('{projectName}', projectName);
    const fingerprint = await fingerprintOf(projectName, projectGraph, root, process.env);
    await prepareContext(join(root, buildContext), options.allowNativeCode);

    await checkBuilder(root);
    const reference = `${process.env['DOCKERHUB_USERNAME'] ?? 'ehr-connect'}/${projectName}:${options.tag}`;
    await buildWithNxContainer({ ...options, buildContext, directory, fingerprint, reference }, context);
    await checkSharedLayer(directory);
    await loadIntoEngine(directory, reference);
    const { digest } = await readImageLayout(directory);
    process.stdout.write(`${reference} is ${digest}\n`);
  });
}

/** One application layer for all platforms is what makes a second platform free: check it rather than hope. */
async function checkSharedLayer(directory: string): Promise<void> {
  const { manifests } = await openLayout(directory);
  if (sharedTopLayers(manifests.map(({ manifest }) => manifest)).length === 0) {
    throw coreError('LAYOUT_INVALID', `The images in ${directory} share no layer between their platforms.`, {
      hint: 'Copy the application with `COPY --link` and run nothing in the Dockerfile.',
    });
  }
}
