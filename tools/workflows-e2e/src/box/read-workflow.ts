import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser';
import { parse } from 'yaml';

/** A step, as it is written: expressions are not evaluated. */
export interface Step {
  readonly id?: string;
  readonly name?: string;
  readonly if?: unknown;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
}

/** A job, with steps of its own or a call of another workflow. */
export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: unknown;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, unknown>> | 'inherit';
  readonly environment?: string | { readonly name: string; readonly url?: string };
  readonly concurrency?: unknown;
  readonly permissions?: unknown;
  readonly strategy?: { readonly matrix?: Readonly<Record<string, unknown>> };
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly steps?: readonly Step[];
}

interface Input {
  readonly type?: string;
  readonly default?: unknown;
  readonly required?: boolean;
}

/** A file below .github/workflows. */
export interface Workflow {
  /** `deliver.yml` */
  readonly file: string;
  readonly name?: string;
  readonly on: Readonly<Record<string, Trigger | null>>;
  readonly permissions?: unknown;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** What follows an event's name below `on`. */
export interface Trigger {
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
  readonly inputs?: Readonly<Record<string, Input>>;
  readonly secrets?: Readonly<Record<string, { readonly required?: boolean } | null>>;
}

/**
 * A workflow file.
 * @throws with the words of GitHub's own parser, when that finds it invalid
 */
export async function readWorkflow(path: string): Promise<Workflow> {
  const content = await readFile(path, 'utf8');
  const problems = await problemsOf(path, content);
  if (problems.length > 0) throw new Error(`${basename(path)} is no valid workflow: ${problems.join('; ')}`);
  return toWorkflow(path, content);
}

/** The same of a file that may be invalid. */
export function toWorkflow(path: string, content: string): Workflow {
  const { on, ...rest } = parse(content) as Omit<Workflow, 'file' | 'on'> & { on: unknown };
  const triggers =
    typeof on === 'string'
      ? { [on]: null }
      : Array.isArray(on)
        ? Object.fromEntries((on as string[]).map((one) => [one, null]))
        : on;
  return { ...rest, file: basename(path), on: triggers as Workflow['on'] };
}

/** What GitHub's parser says against a workflow: invalid keys, contexts that are not there, functions it does not know. */
export async function problemsOf(path: string, content: string): Promise<string[]> {
  const { context, value } = parseWorkflow({ name: path, content }, new NoOperationTraceWriter());
  if (value === undefined || context.errors.count > 0)
    return context.errors.getErrors().map(({ message }) => message);
  const template = await convertWorkflowTemplate(context, value);
  return [
    ...new Set([
      ...context.errors.getErrors().map(({ message }) => message),
      ...(template.errors ?? []).map(({ Message }) => Message),
    ]),
  ];
}
