import { join } from 'node:path';
import type { ImageContent, NpmPackage } from '@ehr/delivery-attest';
import { type ProjectGraph, readJsonFile } from '@nx/devkit';
import { baseImageOf } from './base-image-of.ts';
import { collectFiles, collectPackages, readWorkspaceFiles } from './collect.ts';

/** What the fingerprint counts as well, less the tools that only build: packages, libraries, base image. */
export async function readImageContent(
  service: string,
  graph: ProjectGraph,
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ImageContent> {
  const { packages, projects } = collectFiles(service, readWorkspaceFiles(root));
  return {
    packages: packagesIn(collectPackages(packages, graph), readLockFile(root)),
    libraries: projects.filter((name) => name !== service),
    baseImage: (await baseImageOf(join(root, graph.nodes[service]?.data.root ?? ''), env)).reference,
  };
}

function packagesIn(
  integrities: Readonly<Record<string, string>>,
  locked: ReadonlyMap<string, Locked>,
): NpmPackage[] {
  return Object.entries(integrities)
    .map(([key, integrity]) => {
      const at = key.lastIndexOf('@');
      const { license, optional = false } = locked.get(key) ?? {};
      const known = typeof license === 'string' ? license : null;
      return { name: key.slice(0, at), version: key.slice(at + 1), integrity, license: known, optional };
    })
    .sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
}

interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly license?: unknown;
  readonly optional?: boolean;
}

/** `name@version` → what the lock file says of it. */
function readLockFile(root: string): ReadonlyMap<string, Locked> {
  const { packages } = readJsonFile<{ packages: Record<string, Locked> }>(join(root, 'package-lock.json'));
  return new Map(
    Object.entries(packages).map(([path, locked]) => {
      const installed = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return [`${locked.name ?? installed}@${locked.version ?? ''}`, locked];
    }),
  );
}
