import type { ProjectGraph } from '@nx/devkit';

/** `name@version` → integrity of the packages and everything they depend on. Types ship nothing and are left out. */
export function collectPackages(
  roots: readonly string[],
  graph: Pick<ProjectGraph, 'externalNodes' | 'dependencies'>,
): Record<string, string> {
  const found: Record<string, string> = {};
  const waiting = [...roots];
  const seen = new Set(waiting);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const node = graph.externalNodes?.[name];
    if (node === undefined || node.data.packageName.startsWith('@types/')) continue;
    found[`${node.data.packageName}@${node.data.version}`] = node.data.hash ?? '';
    for (const { target } of graph.dependencies[name] ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      waiting.push(target);
    }
  }
  return found;
}
