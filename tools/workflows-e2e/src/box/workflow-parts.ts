import { posix } from 'node:path';
import { type GithubEvent, refName } from './event.ts';
import { asText } from './expressions.ts';
import type { Job, Trigger, Workflow } from './read-workflow.ts';

/** Whether the event starts the workflow, by its name and the filters on branches and tags. */
export function isTriggered({ on }: Workflow, event: GithubEvent): boolean {
  const trigger = on[event.name];
  if (trigger === undefined) return false;
  if (event.name !== 'push') return true;
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => posix.matchesGlob(refName(event), pattern));
  const { branches, tags } = trigger ?? {};
  if (event.ref.startsWith('refs/tags/')) return tags === undefined ? branches === undefined : matches(tags);
  return branches === undefined ? tags === undefined : matches(branches);
}

/**
 * Given values and defaults, as their types say.
 * @throws for an input that is not declared, and for a required one that is missing
 */
export function inputsOf(
  declared: Trigger['inputs'] | undefined,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const strange = Object.keys(given).filter((name) => !(name in (declared ?? {})));
  if (strange.length > 0) throw new Error(`there is no input ${strange.join(', ')}`);
  return Object.fromEntries(
    Object.entries(declared ?? {}).map(([name, input]) => {
      const value = given[name] ?? input.default;
      if (value === undefined && input.required === true) throw new Error(`the input ${name} is required`);
      return [name, input.type === 'boolean' ? value === true || value === 'true' : asText(value)];
    }),
  );
}

/**
 * Everything not named is none.
 * @throws when a called job asks for more than its caller's job has
 */
export function permissionsOf(
  asked: unknown,
  limit: Readonly<Record<string, string>> | null,
): Readonly<Record<string, string>> {
  const wanted = typeof asked === 'object' && asked !== null ? (asked as Record<string, string>) : {};
  for (const [name, level] of Object.entries(wanted)) {
    if (limit === null || limit[name] === level || limit[name] === 'write') continue;
    throw new Error(`the called workflow asks for ${name}: ${level}, which its caller does not grant`);
  }
  return wanted;
}

/**
 * Jobs after those they need.
 * @throws when they need each other in a circle
 */
export function inOrder(jobs: Workflow['jobs']): [string, Job][] {
  const left = Object.entries(jobs);
  const done = new Set<string>();
  const order: [string, Job][] = [];
  while (left.length > 0) {
    const next = left.findIndex(([, { needs = [] }]) => [needs].flat().every((name) => done.has(name)));
    if (next === -1) throw new Error('jobs need each other in a circle');
    const [entry] = left.splice(next, 1) as [[string, Job]];
    done.add(entry[0]);
    order.push(entry);
  }
  return order;
}

/** One combination of a matrix's values after the other; without a matrix, one. */
export function combinations(matrix: object): Record<string, unknown>[] {
  return Object.entries(matrix).reduce<Record<string, unknown>[]>(
    (all, [name, values]) =>
      all.flatMap((one) => (values as unknown[]).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
}
