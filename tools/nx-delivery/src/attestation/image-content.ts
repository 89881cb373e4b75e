import { readJsonFile } from '@nx/devkit';
import type { ProjectGraph } from '@nx/devkit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectFiles } from '../fingerprint/collect-files.ts';
import { collectPackages } from '../fingerprint/collect-packages.ts';
import { readWorkspaceFiles } from '../fingerprint/read-workspace-files.ts';

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As in the lock file: `sha512-…`; empty when it holds none. */
  readonly integrity: string;
  /** As the package says; null when it does not. */
  readonly license: string | null;
}

/** What an image is made of. */
export interface ImageContent {
  readonly packages: readonly NpmPackage[];
  /** This workspace's libraries. */
  readonly libraries: readonly string[];
  /** A reference; with digest when somebody gave one. */
  readonly baseImage: string;
}

/** What the fingerprint counts as well, less the tools that only build: packages, libraries, base image. */
export async function readImageContent(
  service: string,
  graph: ProjectGraph,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ImageContent> {
  const { packages, projects } = collectFiles(service, readWorkspaceFiles(root));
  return {
    packages: packagesIn(collectPackages(packages, graph), readLicenses(root)),
    libraries: projects.filter((name) => name !== service),
    baseImage: env['BASE_IMAGE'] ?? (await baseImageOf(join(root, graph.nodes[service]?.data.root ?? ''))),
  };
}

function packagesIn(
  integrities: Readonly<Record<string, string>>,
  licenses: ReadonlyMap<string, string>,
): NpmPackage[] {
  return Object.entries(integrities)
    .map(([key, integrity]) => {
      const at = key.lastIndexOf('@');
      const license = licenses.get(key) ?? null;
      return { name: key.slice(0, at), version: key.slice(at + 1), integrity, license };
    })
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

/** `name@version` → licence, out of the lock file. */
function readLicenses(root: string): ReadonlyMap<string, string> {
  type Locked = { name?: string; version?: string; license?: unknown };
  const { packages } = readJsonFile<{ packages: Record<string, Locked> }>(join(root, 'package-lock.json'));
  return new Map(
    Object.entries(packages).flatMap(([path, { name, version, license }]) => {
      const installed = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return typeof license === 'string' ? [[`${installed}@${version ?? ''}`, license] as const] : [];
    }),
  );
}

/** The default of `ARG BASE_IMAGE`: what is taken when nobody names another. */
async function baseImageOf(projectRoot: string): Promise<string> {
  const dockerfile = await readFile(join(projectRoot, 'Dockerfile'), 'utf8').catch(() => '');
  return /^ARG BASE_IMAGE=(\S+)/m.exec(dockerfile)?.[1] ?? 'unknown';
}
