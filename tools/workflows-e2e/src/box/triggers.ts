import { minimatch } from 'minimatch';
import type { Workflow } from './read-workflow.ts';
import { refName } from './repository.ts';
import type { GithubEvent } from './repository.ts';

/** Whether the event starts the workflow, by its name and the filters on branches and tags. */
export function isTriggered({ on }: Workflow, event: GithubEvent): boolean {
  const trigger = on[event.name];
  if (trigger === undefined) return false;
  if (event.name !== 'push') return true;
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => minimatch(refName(event), pattern));
  const { branches, tags } = trigger ?? {};
  if (event.ref.startsWith('refs/tags/')) return tags === undefined ? branches === undefined : matches(tags);
  return branches === undefined ? tags === undefined : matches(branches);
}
