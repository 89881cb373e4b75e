import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { standInFor } from './actions.ts';
import type { Coverage } from './coverage.ts';
import { asText, type Contexts, isTrue, resolve, type Status } from './expressions.ts';
import type { Machine } from './machine.ts';
import type { Step } from './read-workflow.ts';
import { runCommand } from './run-command.ts';
import type { StepRun } from './step-run.ts';

/** What became of a step. */
export interface StepResult {
  /** `deliver.yml › deliver › step 5` */
  readonly place: string;
  readonly outcome: 'success' | 'failure' | 'skipped' | 'cancelled';
  readonly output: string;
}

/** Something that goes wrong at a step, from outside. */
export interface Trouble {
  readonly at: (place: string, step: Step) => boolean;
  /** `fail`: the step fails without running · `cancel`: somebody cancels the run before it · `kill`: while it runs. */
  readonly kind: 'fail' | 'cancel' | 'kill';
  /** Of `kill`: when its output holds this. */
  readonly when?: string;
}

interface JobRun {
  readonly status: Status;
  readonly steps: readonly StepResult[];
  /** By id. */
  readonly stepOutputs: Readonly<Record<string, StepOutputs>>;
}

interface StepOutputs {
  readonly outputs: Readonly<Record<string, string>>;
  readonly outcome: string;
  readonly conclusion: string;
}

/** Runs a job's steps in order, as GitHub's runner does; `uses` of third parties are stood in for. */
export async function runSteps(
  place: string,
  steps: readonly Step[],
  contexts: Contexts,
  machine: Machine,
  coverage: Coverage,
  trouble: Trouble | undefined,
): Promise<JobRun> {
  const results: StepResult[] = [];
  const outputs: Record<string, StepOutputs> = {};
  let status: Status = { failed: false, cancelled: false };
  for (const [index, step] of steps.entries()) {
    const here = `${place} › step ${index + 1}`;
    const now = {
      ...contexts,
      steps: outputs,
      env: { ...(contexts['env'] as object), ...machine.variables },
    };
    if (trouble?.kind === 'cancel' && trouble.at(here, step)) status = { ...status, cancelled: true };
    const runs = isTrue(step.if, now, status);
    if (step.if !== undefined) coverage.condition(place, index, runs);
    if (!runs) {
      results.push({ place: here, outcome: status.cancelled ? 'cancelled' : 'skipped', output: '' });
      if (step.id !== undefined)
        outputs[step.id] = { outputs: {}, outcome: 'skipped', conclusion: 'skipped' };
      continue;
    }
    coverage.step(place, index);
    const result = await runStep(here, step, now, machine, coverage, trouble);
    const outcome = result.ok ? 'success' : 'failure';
    results.push({ place: here, outcome, output: result.output });
    if (step.id !== undefined) outputs[step.id] = { outputs: result.outputs, outcome, conclusion: outcome };
    if (!result.ok) status = result.killed ? { ...status, cancelled: true } : { ...status, failed: true };
  }
  return { status, steps: results, stepOutputs: outputs };
}

async function runStep(
  place: string,
  step: Step,
  contexts: Contexts,
  machine: Machine,
  coverage: Coverage,
  trouble: Trouble | undefined,
): Promise<StepRun> {
  if (trouble?.kind === 'fail' && trouble.at(place, step)) {
    return { ok: false, output: 'made to fail', outputs: {} };
  }
  const env = texts({ ...(contexts['env'] as object), ...(resolve(step.env ?? {}, contexts) as object) });
  if (step.run !== undefined) {
    const script = asText(resolve(step.run, contexts));
    const kill = trouble?.kind === 'kill' && trouble.at(place, step) ? trouble.when : undefined;
    return runCommand(script, env, machine, kill);
  }
  const inputs = texts(resolve(step.with ?? {}, contexts) as Record<string, unknown>);
  const uses = step.uses ?? '';
  if (uses.startsWith('./')) return runComposite(uses, inputs, contexts, machine, coverage, trouble);
  return standInFor(uses, { inputs, env, contexts, machine });
}

interface CompositeAction {
  readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

async function runComposite(
  uses: string,
  given: Record<string, string>,
  contexts: Contexts,
  machine: Machine,
  coverage: Coverage,
  trouble: Trouble | undefined,
): Promise<StepRun> {
  const path = join(machine.workspace, uses, 'action.yml');
  const action = parse(await readFile(path, 'utf8')) as CompositeAction;
  const defaults = Object.entries(action.inputs ?? {}).map(([name, { default: value }]) => [
    name,
    asText(value),
  ]);
  const inputs = { ...(Object.fromEntries(defaults) as Record<string, string>), ...given };
  const run = await runSteps(uses, action.runs.steps, { ...contexts, inputs }, machine, coverage, trouble);
  const output = run.steps.map((step) => step.output).join('');
  return { ok: !run.status.failed && !run.status.cancelled, output, outputs: {} };
}

function texts(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, asText(value)]));
}
