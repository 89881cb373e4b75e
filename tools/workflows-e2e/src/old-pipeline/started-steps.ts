import { asText, isTrue, resolve } from '../box/expressions.ts';
import type { Contexts } from '../box/expressions.ts';
import { contextsOf } from '../box/github-context.ts';
import { inputsOf } from '../box/inputs.ts';
import { combinations } from '../box/job-order.ts';
import type { Step, Workflow } from '../box/read-workflow.ts';
import type { GithubEvent } from '../box/repository.ts';
import { isTriggered } from '../box/triggers.ts';

/** A step that an event starts, if all before it succeed. */
export interface StartedStep {
  /** `release.yml › deliver` */
  readonly place: string;
  readonly environment: string | null;
  readonly step: Step;
  readonly contexts: Contexts;
}

const OK = { failed: false, cancelled: false };
const NOTHING = { vars: {}, secrets: {}, environments: {} };

/** Every step that the event starts, calls of other workflows followed, nothing run. Each secret's value is its name. */
export function startedSteps(workflows: readonly Workflow[], event: GithubEvent): StartedStep[] {
  return workflows
    .filter((workflow) => isTriggered(workflow, event))
    .flatMap((workflow) => {
      const inputs = inputsOf(workflow.on[event.name]?.inputs, event.inputs ?? {});
      return stepsOf(workflow, workflow.file, inputs, workflows, event);
    });
}

function stepsOf(
  workflow: Workflow,
  place: string,
  inputs: object,
  workflows: readonly Workflow[],
  event: GithubEvent,
): StartedStep[] {
  const secrets = Object.fromEntries(
    [...JSON.stringify(workflow).matchAll(/secrets\.(\w+)/g)].map(([, name = '']) => [name, name]),
  );
  const basic = contextsOf(event, { inputs, secrets }, NOTHING, 'token');
  return Object.entries(workflow.jobs).flatMap(([id, job]) => {
    if (!isTrue(job.if, basic, OK)) return [];
    return combinations(resolve(job.strategy?.matrix ?? {}, basic) as object).flatMap((matrix) => {
      const here = `${place} › ${id}`;
      const contexts = { ...basic, matrix, env: resolve({ ...workflow.env, ...job.env }, basic) };
      const called = workflows.find(({ file }) => job.uses === `./.github/workflows/${file}`);
      if (called !== undefined) {
        const given = inputsOf(
          called.on['workflow_call']?.inputs,
          resolve(job.with ?? {}, contexts) as object as Record<string, unknown>,
        );
        return stepsOf(called, here, given, workflows, event);
      }
      const named = typeof job.environment === 'object' ? job.environment.name : job.environment;
      const environment = named === undefined ? null : asText(resolve(named, contexts));
      return (job.steps ?? [])
        .filter((step) => isTrue(step.if, contexts, OK))
        .map((step) => ({ place: here, environment, step, contexts }));
    });
  });
}
