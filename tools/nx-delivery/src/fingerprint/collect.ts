import { join, matchesGlob } from 'node:path';
import { type ProjectGraph, readJsonFile } from '@nx/devkit';
import { readFileMapCache } from '@nx/devkit/internal';

/** A file, and what it imports. */
export interface WorkspaceFile {
  /** Relative to the workspace root, with forward slashes. */
  readonly path: string;
  /** Projects and `npm:` packages the file imports. */
  readonly imports: readonly string[];
}

/** Project → the files of it that ship. */
export type WorkspaceFiles = Readonly<Record<string, readonly WorkspaceFile[]>>;

/**
 * What Nx found when it made the graph: every file with its imports, less what `production` in nx.json leaves
 * out, and less project.json: of a project's targets only build and container shape the image, and their
 * resolved options count by themselves.
 */
export function readWorkspaceFiles(root: string): WorkspaceFiles {
  const projects = readFileMapCache()?.fileMap.projectFileMap ?? {};
  const excluded = ['**/project.json', ...productionExclusions(root)];
  return Object.fromEntries(
    Object.entries(projects).map(([project, files]) => [
      project,
      files
        .filter(({ file }) => !excluded.some((pattern) => matchesGlob(file, pattern)))
        .map(({ file, deps = [] }) => ({ path: file, imports: isManifest(file) ? [] : deps.map(importOf) })),
    ]),
  );
}

/** `!{projectRoot}/**` patterns of the named inputs `production` and `default`, for any project. */
function productionExclusions(root: string): string[] {
  const { namedInputs } = readJsonFile<{ namedInputs: Record<string, unknown[]> }>(join(root, 'nx.json'));
  return ['default', 'production']
    .flatMap((name) => namedInputs[name] ?? [])
    .filter((input): input is string => typeof input === 'string' && input.startsWith('!{projectRoot}/'))
    .map((input) => input.replace('!{projectRoot}/', '**/'));
}

/** A manifest declares what tests and builds use, too; only what is imported ships. */
function isManifest(file: string): boolean {
  return file.endsWith('/package.json');
}

/** Nx stores a dependency as `target` or `[target, type]`, and a dynamic one as `[source, target, type]`. */
function importOf(
  dependency: string | readonly [string, string] | readonly [string, string, string],
): string {
  if (typeof dependency === 'string') return dependency;
  return dependency.length === 3 ? dependency[1] : dependency[0];
}

/** What goes into a service's image, as paths and names. */
export interface CollectedFiles {
  readonly paths: readonly string[];
  /** `npm:` packages that a collected file imports. */
  readonly packages: readonly string[];
  /** The service and the projects it imports. */
  readonly projects: readonly string[];
}

/** The service's files and those of every project they import, however far. Imports of tests do not count. */
export function collectFiles(service: string, workspace: WorkspaceFiles): CollectedFiles {
  const filesOf = (project: string) => workspace[project] ?? [];
  const importsOf = (project: string) => filesOf(project).flatMap(({ imports }) => imports);
  const isPackage = (name: string) => name.startsWith('npm:');
  const projects = reachable([service], (project) => importsOf(project).filter((name) => !isPackage(name)));
  return {
    paths: projects
      .flatMap(filesOf)
      .map(({ path }) => path)
      .sort(),
    packages: [...new Set(projects.flatMap(importsOf).filter(isPackage))].sort(),
    projects: projects.sort(),
  };
}

/** The names, and all that `next` leads to from them, also in circles. */
function reachable(names: readonly string[], next: (name: string) => readonly string[]): string[] {
  const seen = new Set(names);
  // A set that grows is walked to its end.
  for (const name of seen) for (const other of next(name)) seen.add(other);
  return [...seen];
}

/** `name@version` → integrity of the packages and everything they depend on. Types ship nothing and are left out. */
export function collectPackages(
  roots: readonly string[],
  graph: Pick<ProjectGraph, 'externalNodes' | 'dependencies'>,
): Record<string, string> {
  const shipped = (name: string) => {
    const data = graph.externalNodes?.[name]?.data;
    return data?.packageName.startsWith('@types/') ? undefined : data;
  };
  const names = reachable(roots, (name) =>
    shipped(name) ? (graph.dependencies[name] ?? []).map(({ target }) => target) : [],
  );
  const found = names.map(shipped).filter((data) => data !== undefined);
  return Object.fromEntries(
    found.map(({ packageName, version, hash }) => [`${packageName}@${version}`, hash ?? '']),
  );
}
