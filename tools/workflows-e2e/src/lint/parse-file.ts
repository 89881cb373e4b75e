import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Job, Step, Workflow } from '../box/read-workflow.ts';
import type { SourceFile } from './source-files.ts';

/** A step, the job it is in, and the line it begins on; a composite action has no job. */
interface PlacedStep {
  readonly job: Job | undefined;
  readonly step: Step;
  readonly line: number;
}

/** A workflow or composite action as the rules read it: the plain structure, valid or not, and the lines of its parts. */
export interface ParsedFile extends SourceFile {
  readonly kind: 'workflow' | 'action';
  readonly workflow: Partial<Omit<Workflow, 'on'>> & { readonly concurrency?: unknown };
  /** Names of the events. */
  readonly on: readonly string[];
  readonly jobs: readonly { readonly name: string; readonly job: Job; readonly line: number }[];
  readonly steps: readonly PlacedStep[];
  /** That a composite action declares. */
  readonly inputs: readonly string[];
  readonly lineOf: (path: readonly (string | number)[]) => number;
}

/** Reads a workflow or action as far as it can be read: what GitHub would refuse is for the rules to say. */
export function parseFile({ path, content }: SourceFile): ParsedFile {
  const counter = new LineCounter();
  const document = parseDocument(content, { lineCounter: counter });
  const root = (document.toJS() ?? {}) as Record<string, unknown>;
  const lineOf = (at: readonly (string | number)[]): number => {
    const node: unknown = document.getIn(at, true);
    return isNode(node) && node.range ? counter.linePos(node.range[0]).line : 1;
  };
  const kind = 'runs' in root ? 'action' : 'workflow';
  const jobs = Object.entries((root['jobs'] ?? {}) as Record<string, Job>).map(([name, job]) => ({
    name,
    job,
    line: lineOf(['jobs', name]),
  }));
  const placed = (steps: readonly Step[] | undefined, job: Job | undefined, at: readonly string[]) =>
    (steps ?? []).map((step, index) => ({ job, step, line: lineOf([...at, index]) }));
  const steps =
    kind === 'action'
      ? placed((root['runs'] as { steps?: readonly Step[] }).steps, undefined, ['runs', 'steps'])
      : jobs.flatMap(({ name, job }) => placed(job.steps, job, ['jobs', name, 'steps']));
  const inputs = Object.keys(root['inputs'] ?? {});
  return { path, content, kind, inputs, workflow: root, on: eventsOf(root['on']), jobs, steps, lineOf };
}

function eventsOf(on: unknown): string[] {
  if (typeof on === 'string') return [on];
  if (Array.isArray(on)) return on as string[];
  return Object.keys(on ?? {});
}
