import type { Job, Workflow } from './read-workflow.ts';

/** Jobs after those they need. */
export function inOrder(jobs: Workflow['jobs']): [string, Job][] {
  const left = Object.entries(jobs);
  const done = new Set<string>();
  const order: [string, Job][] = [];
  while (left.length > 0) {
    const next = left.findIndex(([, { needs = [] }]) => [needs].flat().every((name) => done.has(name)));
    if (next === -1) throw new Error('jobs need each other in a circle');
    for (const entry of left.splice(next, 1)) {
      done.add(entry[0]);
      order.push(entry);
    }
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
