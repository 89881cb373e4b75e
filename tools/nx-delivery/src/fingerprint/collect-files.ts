import type { WorkspaceFiles } from './read-workspace-files.ts';

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
  const paths: string[] = [];
  const packages = new Set<string>();
  const waiting = [service];
  const seen = new Set(waiting);
  for (let project = waiting.pop(); project !== undefined; project = waiting.pop()) {
    for (const file of workspace[project] ?? []) {
      paths.push(file.path);
      for (const imported of file.imports) {
        if (imported.startsWith('npm:')) packages.add(imported);
        else if (!seen.has(imported)) {
          seen.add(imported);
          waiting.push(imported);
        }
      }
    }
  }
  return { paths: paths.sort(), packages: [...packages].sort(), projects: [...seen].sort() };
}
