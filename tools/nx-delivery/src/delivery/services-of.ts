import type { ExecutorContext } from '@nx/devkit';

/** The projects that can be deployed, by name. */
export function servicesOf({
  projectsConfigurations,
}: Pick<ExecutorContext, 'projectsConfigurations'>): string[] {
  return Object.entries(projectsConfigurations.projects)
    .filter(([, { targets }]) => targets?.['deploy'] !== undefined)
    .map(([name]) => name)
    .sort();
}
