import { readJsonFile } from '@nx/devkit';
import { readFileMapCache } from '@nx/devkit/internal';
import { join, matchesGlob } from 'node:path';

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
