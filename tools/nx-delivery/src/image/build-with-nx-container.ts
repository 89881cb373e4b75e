import { toolError } from '../tool-errors.ts';
import type { ExecutorContext } from '@nx/devkit';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What the image builder is told. */
export interface ImageBuild {
  readonly platforms: readonly string[];
  /** Relative to the workspace root. */
  readonly buildContext: string;
  /** Where the OCI layout goes. */
  readonly directory: string;
  readonly fingerprint: string;
  readonly reference: string;
}

type NxContainer = (
  options: Record<string, unknown>,
  context: ExecutorContext,
) => Promise<{ success: boolean }>;

/**
 * Runs @nx-tools/nx-container's executor so that the image depends on its content alone: fixed timestamps
 * and no attestations (they hold the time).
 */
export async function buildWithNxContainer(build: ImageBuild, context: ExecutorContext): Promise<void> {
  const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '';
  await rm(build.directory, { recursive: true, force: true });
  const baseImage = process.env['BASE_IMAGE'];
  // Its inputs can be overridden by INPUT_* variables; one left over in a shell must not change an image.
  for (const name of Object.keys(process.env))
    if (name.startsWith('INPUT_')) Reflect.deleteProperty(process.env, name);
  const options = {
    engine: 'docker',
    quiet: true,
    // Always said, never left to its default: with several apps in one run it may pick another's (oss#662).
    file: join(root, 'Dockerfile'),
    context: build.buildContext,
    platforms: [...build.platforms],
    provenance: 'false',
    tags: [build.reference],
    outputs: [`type=oci,tar=false,rewrite-timestamp=true,dest=${build.directory}`],
    'build-args': [
      'SOURCE_DATE_EPOCH=0',
      `EHR_FINGERPRINT=${build.fingerprint}`,
      ...(baseImage === undefined ? [] : [`BASE_IMAGE=${baseImage}`]),
    ],
  };
  try {
    const { success } = await loadNxContainer()(options, context);
    if (!success) throw new Error('nx-container reported a failure');
  } catch (cause) {
    throw toolError('BUILD_FAILED', `The image of ${context.projectName ?? ''} could not be built.`, {
      cause,
    });
  }
}

/** Its package exports no path to the executor; Nx, too, finds it through executors.json. */
function loadNxContainer(): NxContainer {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve('@nx-tools/nx-container/package.json');
  const { executors } = require(join(dirname(manifest), 'executors.json')) as {
    executors: { build: { implementation: string } };
  };
  return (require(join(dirname(manifest), executors.build.implementation)) as { default: NxContainer })
    .default;
}
