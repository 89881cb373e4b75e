import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { keepCaches } from './cache.ts';
import { Coverage } from './coverage.ts';
import {
  contextsOf,
  type GithubEvent,
  githubVariables,
  type Repository,
  secretsFor,
  secretsOfJob,
} from './event.ts';
import { asText, type Contexts, isTrue, resolve, type Status } from './expressions.ts';
import { type EventRun, type JobResult, skipped, together } from './job-result.ts';
import { startMachine } from './machine.ts';
import { type Job, readWorkflow, type Step, type Workflow } from './read-workflow.ts';
import { runSteps, type Trouble } from './runner.ts';
import { combinations, inOrder, inputsOf, isTriggered, permissionsOf } from './workflow-parts.ts';

/** By which a job may vouch for itself, a canary. */
export const ID_TOKEN = 'canary-id-token-request';

interface BoxOptions {
  /** A repository's directory: what is pushed there is what runs. */
  readonly origin: string;
  /** Of the workflow files. */
  readonly workflows: string;
  /** Of the composite actions, each in a directory of its own. */
  readonly actions: string;
  readonly nodeModules: string;
  /** A directory for what jobs keep for later ones. */
  readonly caches: string;
  readonly repository: Repository;
  /** GITHUB_TOKEN, the token of every run, and addresses of this machine such as GITHUB_API_URL. */
  readonly github: { readonly GITHUB_TOKEN: string } & Readonly<Record<string, string>>;
}

interface Call {
  readonly place: string;
  readonly event: GithubEvent;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly called: boolean;
  /** What the caller's job may; a called job gets no more. */
  readonly permissions: Readonly<Record<string, string>> | null;
  readonly trouble: Trouble | undefined;
}

/**
 * GitHub Actions on this machine, as far as the shipped workflows use it.
 * @throws when a workflow is not valid, and when it asks for something that GitHub would not give
 */
export async function openBox(options: BoxOptions) {
  const files = (await readdir(options.workflows)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const workflows = await Promise.all(files.map((name) => readWorkflow(join(options.workflows, name))));
  const coverage = new Coverage();
  for (const workflow of workflows) coverage.learn(workflow);
  await learnActions(options.actions, coverage);
  const token = options.github.GITHUB_TOKEN;
  let runNumber = 0;

  /** What GitHub would do about the event: every workflow it triggers, one after the other. */
  async function happen(event: GithubEvent, trouble?: Trouble, only?: string): Promise<EventRun> {
    const jobs: JobResult[] = [];
    for (const workflow of workflows) {
      if (only !== undefined && workflow.file !== only) continue;
      if (!isTriggered(workflow, event)) continue;
      const inputs = inputsOf(workflow.on[event.name]?.inputs, event.inputs ?? {});
      const secrets = secretsFor(options.repository, event);
      const call = {
        place: workflow.file,
        event,
        inputs,
        secrets,
        called: false,
        permissions: null,
        trouble,
      };
      jobs.push(...(await runWorkflow(workflow, call)));
    }
    const output = jobs
      .flatMap(({ steps, summary }) => [...steps.map((step) => step.output), summary])
      .join('\n');
    return { jobs, ok: jobs.every(({ result }) => result === 'success' || result === 'skipped'), output };
  }

  async function runWorkflow(workflow: Workflow, call: Call): Promise<JobResult[]> {
    const results: JobResult[] = [];
    const done = new Map<string, JobResult[]>();
    for (const [id, job] of inOrder(workflow.jobs)) {
      const needed = [job.needs ?? []].flat();
      const needs = Object.fromEntries(
        needed.map((name) => [name, { result: together(done.get(name) ?? []), outputs: {} }]),
      );
      const status: Status = {
        failed: needed.some((name) => ['failure', 'skipped'].includes(together(done.get(name) ?? []))),
        cancelled: needed.some((name) => together(done.get(name) ?? []) === 'cancelled'),
      };
      const contexts = { ...contextsOf(call.event, call, options.repository, token), needs };
      const runs = isTrue(job.if, contexts, status);
      const place = `${workflow.file} › ${id}`;
      if (job.if !== undefined) coverage.condition(place, null, runs);
      const mine: JobResult[] = [];
      if (!runs) mine.push(skipped(`${call.place} › ${id}`));
      else
        for (const matrix of combinations(resolve(job.strategy?.matrix ?? {}, contexts) as object)) {
          mine.push(...(await runJob(place, workflow, id, job, { ...contexts, matrix }, call)));
        }
      done.set(id, mine);
      results.push(...mine);
    }
    return results;
  }

  async function runJob(
    place: string,
    workflow: Workflow,
    id: string,
    job: Job,
    contexts: Contexts,
    call: Call,
  ): Promise<JobResult[]> {
    const permissions = permissionsOf(job.permissions ?? workflow.permissions, call.permissions);
    if (job.uses !== undefined) {
      const called = workflows.find(({ file }) => job.uses === `./.github/workflows/${file}`);
      if (called === undefined) throw new Error(`${place} calls ${job.uses}, which is not there`);
      const secrets =
        job.secrets === 'inherit'
          ? call.secrets
          : (resolve(job.secrets ?? {}, contexts) as Record<string, unknown>);
      const declared = called.on['workflow_call'];
      const strange = Object.keys(secrets).filter((name) => !(name in (declared?.secrets ?? {})));
      if (strange.length > 0)
        throw new Error(
          `${place} passes secrets that ${called.file} does not declare: ${strange.join(', ')}`,
        );
      return runWorkflow(called, {
        ...call,
        place: `${call.place} › ${id}`,
        called: true,
        permissions,
        inputs: inputsOf(declared?.inputs, resolve(job.with ?? {}, contexts) as Record<string, unknown>),
        secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, asText(value)])),
      });
    }
    const name = resolve(
      typeof job.environment === 'object' ? job.environment.name : job.environment,
      contexts,
    );
    const environment = name === undefined ? undefined : options.repository.environments[asText(name)];
    if (name !== undefined && environment === undefined)
      throw new Error(`${place}: there is no environment ${asText(name)}`);
    const secrets = secretsOfJob(call.secrets, call.called, environment, call.event);
    const own = {
      ...contexts,
      secrets: { ...secrets, GITHUB_TOKEN: token },
      vars: call.event.fork === true ? {} : { ...options.repository.vars, ...environment?.vars },
      permissions,
    };
    runNumber += 1;
    const machine = await startMachine({
      origin: options.origin,
      sha: call.event.sha,
      nodeModules: options.nodeModules,
      caches: options.caches,
      github: {
        ...githubVariables(call.event, runNumber),
        ...options.github,
        GITHUB_TOKEN: '',
        ...(mayVouch(permissions) && { ACTIONS_ID_TOKEN_REQUEST_TOKEN: ID_TOKEN }),
      },
    });
    try {
      const env = {
        ...(resolve(workflow.env ?? {}, own) as object),
        ...(resolve(job.env ?? {}, own) as object),
      };
      const run = await runSteps(place, job.steps ?? [], { ...own, env }, machine, coverage, call.trouble);
      if (!run.status.failed && !run.status.cancelled) await keepCaches(machine);
      const after = { ...own, env, steps: run.stepOutputs };
      const url =
        typeof job.environment === 'object' ? asText(resolve(job.environment.url ?? '', after)) : '';
      return [
        {
          place: `${call.place} › ${id}`,
          result: run.status.cancelled ? 'cancelled' : run.status.failed ? 'failure' : 'success',
          environment: name === undefined ? null : asText(name),
          concurrency: groupOf(resolve(job.concurrency, own)),
          permissions,
          secrets: Object.keys(secrets).filter((key) => secrets[key] !== ''),
          steps: run.steps,
          summary: await readFile(machine.environment['GITHUB_STEP_SUMMARY'] ?? '', 'utf8').catch(() => ''),
          outputs: { ...(resolve(job.outputs ?? {}, after) as object), url },
        },
      ];
    } finally {
      await machine.remove();
    }
  }

  return { workflows, coverage, happen };
}

/** With `id-token: write` every step of a job can ask GitHub for a token that says which workflow it is. */
function mayVouch(permissions: unknown): boolean {
  return (permissions as Record<string, unknown> | null)?.['id-token'] === 'write';
}

async function learnActions(directory: string, coverage: Coverage): Promise<void> {
  for (const name of await readdir(directory)) {
    const action = parse(await readFile(join(directory, name, 'action.yml'), 'utf8')) as {
      runs: { steps: Step[] };
    };
    coverage.learnAction(`./.github/actions/${name}`, action.runs.steps);
  }
}

function groupOf(concurrency: unknown): string | null {
  if (concurrency === undefined || concurrency === null) return null;
  return typeof concurrency === 'string' ? concurrency : (concurrency as { group: string }).group;
}
