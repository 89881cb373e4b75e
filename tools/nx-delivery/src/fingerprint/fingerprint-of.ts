import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintDocument } from '@ehr/delivery-core';
import type { ProjectGraph } from '@nx/devkit';
import { containerSchema } from '../options/option-schemas.ts';
import { parseOptions } from '../options/parse-options.ts';
import { baseImageOf } from './base-image-of.ts';
import { collectFiles, collectPackages, readWorkspaceFiles } from './collect.ts';

const IMAGE_BUILDER = 'npm:@nx-tools/nx-container';

/**
 * SHA-256 (hexadecimal) over exactly what goes into the service's image: its files and its libraries' that
 * ship (`production` in nx.json), the npm packages those files import and their dependencies with the
 * integrity the lock file holds, how it is built, and on what. The same on every machine, branch and path.
 * @throws BUILD_FAILED when its Dockerfile names no base
 */
export async function fingerprintOf(
  service: string,
  graph: ProjectGraph,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const targets = graph.nodes[service]?.data.targets ?? {};
  const files = collectFiles(service, readWorkspaceFiles(root));
  const inputs = targets['build']?.inputs ?? [];
  const [base, hashes] = await Promise.all([
    baseImageOf(join(root, graph.nodes[service]?.data.root ?? ''), env),
    hashAll(root, [...files.paths, ...workspaceFiles(inputs)]),
  ]);
  const document = fingerprintDocument({
    files: hashes,
    packages: collectPackages([...files.packages, ...buildTools(inputs), IMAGE_BUILDER], graph),
    targets: {
      // Configurations are left out: they name tags and environments, and change no byte of the image.
      build: { executor: targets['build']?.executor, options: targets['build']?.options as unknown },
      container: {
        executor: '@ehr/nx-delivery:container',
        options: imageOptions((targets['container']?.options ?? {}) as Record<string, unknown>),
      },
    },
    buildArgs: base.isDefault ? {} : { BASE_IMAGE: base.reference },
  });
  return createHash('sha256').update(document).digest('hex');
}

async function hashAll(root: string, paths: readonly string[]): Promise<Record<string, string>> {
  const entries = paths.map(async (path) => {
    const content = await readFile(join(root, path));
    return [path, createHash('sha256').update(content).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Build tools are no import of any file: a target names them as `externalDependencies` of its inputs. */
function buildTools(inputs: readonly unknown[]): string[] {
  return inputs.flatMap((input) => {
    const named = (input as { externalDependencies?: string[] } | undefined)?.externalDependencies ?? [];
    return named.map((name) => `npm:${name}`);
  });
}

/** Files of the workspace root that a target names among its inputs, such as tsconfig.base.json. */
function workspaceFiles(inputs: readonly unknown[]): string[] {
  const prefix = '{workspaceRoot}/';
  const names = inputs.filter(
    (input): input is string => typeof input === 'string' && input.startsWith(prefix),
  );
  return [...new Set(names.map((name) => name.slice(prefix.length)))];
}

/**
 * What of the container target's options shapes the image, so that no other fact a plugin infers changes a fingerprint.
 * @throws OPTIONS_INVALID that names every problem.
 */
function imageOptions(options: Readonly<Record<string, unknown>>): object {
  const { platforms, context } = parseOptions(containerSchema, options);
  return { platforms, context };
}
