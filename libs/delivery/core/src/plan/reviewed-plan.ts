import { coreError } from '../errors/catalog.ts';
import type { Plan } from './plan.ts';
import { PLAN_FORMAT, type PlanDocument } from './plan-document.ts';

/** A document with the digest of its image: what a reviewer can agree to. */
export type ReviewedPlan = PlanDocument & { readonly digest: NonNullable<PlanDocument['digest']> };

/**
 * A reviewed plan out of a file's content. Its plan is only ever compared, never run.
 * @throws OPTIONS_INVALID when there is none in it.
 */
export function readReviewedPlan(content: string, name: string): ReviewedPlan {
  const value = parse(content) as Partial<ReviewedPlan> | null;
  if (value?.format === PLAN_FORMAT && typeof value.plan === 'object' && typeof value.digest === 'string')
    return value as ReviewedPlan;
  throw coreError('OPTIONS_INVALID', `${name} holds no plan of this tool (${PLAN_FORMAT}).`, {
    hint: 'Make one with `--plan=<file>`.',
  });
}

/** @throws PLAN_CHANGED, naming every difference, unless what would be done now is what was reviewed. */
export function refuseChanged(reviewed: ReviewedPlan, now: Plan): void {
  const [then, fresh] = [flatten(reviewed.plan), flatten(now)];
  const names = [...new Set([...then.keys(), ...fresh.keys()])];
  const changes = names
    .filter((name) => then.get(name) !== fresh.get(name))
    .map((name) => `${name} was ${then.get(name) ?? 'nothing'} and is ${fresh.get(name) ?? 'nothing'}`);
  if (changes.length === 0) return;
  throw coreError(
    'PLAN_CHANGED',
    `The plan was made at ${reviewed.madeAt}, and since then the world has changed:\n  ${changes.join('\n  ')}`,
  );
}

/** `previous.digest` → `"sha256:…"`; a step counts by its kind and a tag by its name, so that a difference reads as one. */
function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[prefix, JSON.stringify(value)]]);
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const { kind, tag } = (inner ?? {}) as { kind?: unknown; tag?: unknown };
    const name = Array.isArray(value) ? [tag, kind].find((one) => typeof one === 'string') : undefined;
    const path = typeof name === 'string' ? name : key;
    return [...flatten(inner, prefix === '' ? path : `${prefix}.${path}`)];
  });
  return new Map(entries);
}

function parse(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null; // Refused with the same message as everything else that is no plan.
  }
}
