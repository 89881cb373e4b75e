import { coreError } from '../errors/catalog.ts';
import type { DeployPlan } from './plan.ts';
import { REVIEW_FORMAT } from './review-plan.ts';
import type { ReviewedPlan } from './review-plan.ts';

/** A reviewed plan out of a file's content; OPTIONS_INVALID when it is none. Its plan is only ever compared, never run. */
export function readReviewedPlan(text: string, name: string): ReviewedPlan {
  const value = parse(text) as Partial<ReviewedPlan> | null;
  if (value?.format === REVIEW_FORMAT && typeof value.plan === 'object') return value as ReviewedPlan;
  throw coreError('OPTIONS_INVALID', `${name} holds no plan of this tool (${REVIEW_FORMAT}).`, {
    hint: 'Make one with `--plan=<file>`.',
  });
}

/** Throws PLAN_CHANGED, naming every difference, unless what would be done now is what was reviewed. */
export function refuseChanged(reviewed: ReviewedPlan, now: DeployPlan): void {
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

/** `previous.digest` → `"sha256:…"`; a step counts by its kind, so that a difference reads as one. */
function flatten(value: unknown, prefix = ''): Map<string, string> {
  if (typeof value !== 'object' || value === null) return new Map([[prefix, JSON.stringify(value)]]);
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const kind = (inner as { kind?: unknown } | null)?.kind;
    const name = Array.isArray(value) && typeof kind === 'string' ? kind : key;
    return [...flatten(inner, prefix === '' ? name : `${prefix}.${name}`)];
  });
  return new Map(entries);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // Told in the one sentence for everything that is no plan.
  }
}
