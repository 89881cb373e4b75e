import type { Workflow } from '../box/read-workflow.ts';
import type { GithubEvent } from '../box/repository.ts';
import { isTriggered } from '../box/triggers.ts';

/**
 * The event, and the `workflow_run` events that follow the workflows it starts. GitHub runs those on the default
 * branch, whatever was built: https://docs.github.com/actions/reference/events-that-trigger-workflows#workflow_run
 */
export function withFollowingEvents(
  workflows: readonly Workflow[],
  event: GithubEvent,
  defaultBranch = 'main',
): GithubEvent[] {
  const started = workflows.filter((workflow) => isTriggered(workflow, event));
  const awaited = workflows.flatMap(({ on }) => on['workflow_run']?.workflows ?? []);
  const following = started
    .filter(({ name }) => name !== undefined && awaited.includes(name))
    .map(({ name }): GithubEvent => ({
      name: 'workflow_run',
      sha: event.sha,
      ref: `refs/heads/${defaultBranch}`,
      payload: {
        workflow_run: { name, conclusion: 'success', head_branch: event.ref.replace('refs/heads/', '') },
      },
    }));
  return [event, ...following];
}
