import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { composeError } from '@ehr/delivery-compose';
import { type Digest } from '@ehr/delivery-core';
import { openSingleImage, readImageLayout } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { execa } from 'execa';
import { baseImageOf } from '../fingerprint/base-image-of.ts';
import { fingerprintOf } from '../fingerprint/fingerprint-of.ts';
import { toolError } from '../tool-errors.ts';
import { LOCAL_NAMESPACE } from '../wiring/read-settings.ts';
import { provideBaseImage } from './base-image.ts';
import { loadIntoEngine } from './load-into-engine.ts';
import { prepareContext } from './prepare-context.ts';
import { writeOnBase } from './write-on-base.ts';

/** How an image is built and named. */
export interface ImageOptions {
  /** As os/architecture. */
  readonly platforms: readonly string[];
  /** Relative to the workspace root; `{projectName}` stands for the project's name. */
  readonly context: string;
  readonly tag: string;
  /** Whether the local engine gets the image, too. */
  readonly load: boolean;
}

/**
 * Builds the project's image into dist/containers/<project>: its own layers by nx-container, on nothing, put onto the
 * manifests of the base. So the base, which never changes, is neither unpacked nor written again.
 * @throws NATIVE_CODE, ENGINE_UNAVAILABLE, ENGINE_SINGLE_PLATFORM, BUILD_FAILED, LAYOUT_INVALID
 */
export async function buildImage(
  options: ImageOptions,
  context: ExecutorContext,
): Promise<{ readonly reference: string; readonly digest: Digest }> {
  const { root, projectName = '', projectGraph } = context;
  const directory = join(root, 'dist/containers', projectName);
  const projectRoot = context.projectsConfigurations.projects[projectName]?.root ?? '';
  const buildContext = options.context.replaceAll('{projectName}', projectName);
  const fingerprint = await fingerprintOf(projectName, projectGraph, root, process.env);
  await prepareContext(join(root, buildContext));
  await refuseForOnePlatform(join(root, projectRoot, 'Dockerfile'));
  const reference = `${process.env['DOCKERHUB_USERNAME'] ?? LOCAL_NAMESPACE}/${projectName}:${options.tag}`;
  const own = `${directory}.own`;
  const { reference: baseImage } = await baseImageOf(join(root, projectRoot), process.env);
  try {
    const [base] = await Promise.all([
      provideBaseImage(baseImage, options.platforms, root),
      buildWithNxContainer({ ...options, buildContext, directory: own, fingerprint, reference }, context),
    ]);
    await writeOnBase(await openSingleImage(own), base, {
      directory,
      layers: join(root, 'dist/layers'),
      reference: `docker.io/${reference}`,
      platforms: options.platforms,
    });
  } catch (error) {
    // Asked afterwards: it takes half a second, and a builder that cannot do this does not do it.
    await checkBuilder(root);
    throw error;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
  if (options.load) await loadIntoEngine(directory, reference);
  return { reference, digest: (await readImageLayout(directory)).digest };
}

/** One set of layers for all platforms is what makes a second platform free: nothing in them may depend on one. */
async function refuseForOnePlatform(dockerfile: string): Promise<void> {
  const lines = (await readFile(dockerfile, 'utf8'))
    .split('\n')
    .filter((line) => !line.trim().startsWith('#'));
  const [found] = lines.filter((line) => /^\s*RUN\b|\bTARGET(?:PLATFORM|OS|ARCH|VARIANT)\b/i.test(line));
  if (found === undefined) return;
  throw toolError('BUILD_FAILED', `${dockerfile} makes layers for one platform: ${found.trim()}`, {
    hint: 'Copy the application with `COPY --link` and run nothing in the Dockerfile.',
  });
}

/** `buildContext` is relative to the workspace root; the OCI layout goes to `directory`. */
type ImageBuild = ImageOptions & Record<'buildContext' | 'directory' | 'fingerprint' | 'reference', string>;

type NxContainer = (
  options: Record<string, unknown>,
  context: ExecutorContext,
) => Promise<{ success: boolean }>;

/**
 * Runs @nx-tools/nx-container's executor without a base, without attestations (they hold the time) and uncompressed:
 * `writeOnBase` makes the layers what they are.
 */
async function buildWithNxContainer(build: ImageBuild, context: ExecutorContext): Promise<void> {
  const root = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '';
  await rm(build.directory, { recursive: true, force: true });
  // Its inputs can be overridden by INPUT_* variables; one left over in a shell must not change an image.
  for (const name of Object.keys(process.env))
    if (name.startsWith('INPUT_')) Reflect.deleteProperty(process.env, name);
  const options = {
    engine: 'docker',
    quiet: true,
    // Always said, never left to its default: with several apps in one run it may pick another's (oss#662).
    file: join(root, 'Dockerfile'),
    context: build.buildContext,
    // Its layers serve every platform: refuseForOnePlatform looked.
    platforms: build.platforms.slice(0, 1),
    provenance: 'false',
    tags: [build.reference],
    outputs: [`type=oci,tar=false,compression=uncompressed,force-compression=true,dest=${build.directory}`],
    'build-args': ['SOURCE_DATE_EPOCH=0', `EHR_FINGERPRINT=${build.fingerprint}`, 'BASE_IMAGE=scratch'],
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

/** Refuses a selected buildx builder that cannot build several platforms or write an OCI layout. */
export async function checkBuilder(cwd: string): Promise<void> {
  const docker = (...args: string[]) => execa('docker', args, { cwd, reject: false, stdin: 'ignore' });
  const [info, inspection] = await Promise.all([
    docker('info', '--format', '{{json .DriverStatus}}'),
    docker('buildx', 'inspect'),
  ]);
  if (info.exitCode !== 0)
    throw composeError('ENGINE_UNAVAILABLE', `\`docker info\` failed: ${lastLine(info.stderr)}`);
  if (inspection.exitCode !== 0) {
    throw composeError(
      'ENGINE_UNAVAILABLE',
      `\`docker buildx inspect\` failed: ${lastLine(inspection.stderr)}`,
    );
  }
  const driver = /^Driver:\s*(\S+)/m.exec(inspection.stdout)?.[1] ?? 'unknown';
  if (driver === 'docker' && !info.stdout.includes('io.containerd.snapshotter')) {
    throw toolError(
      'ENGINE_SINGLE_PLATFORM',
      'The default builder on the classic image store builds one platform only.',
    );
  }
}

/** What a program said last. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
