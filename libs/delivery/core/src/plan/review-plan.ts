import type { Digest } from '../image/digest.ts';
import type { Commit, Pin, Ports } from '../ports.ts';
import { movingTagWinners } from '../image/version-tags.ts';
import { pinOf } from './pin-of.ts';
import type { DeployPlan } from './plan.ts';
import { checkLayout } from '../apply/step-actions.ts';

export const REVIEW_FORMAT = 'ehr-delivery/plan-1';

/** A plan with everything a reviewer wants to know, to be stored and applied later, or not at all. No secret is in it. */
export interface ReviewedPlan {
  readonly format: typeof REVIEW_FORMAT;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  readonly plan: DeployPlan;
  /** The image as it was built for the plan, or as the registry has it. */
  readonly digest: Digest;
  /** Of layers and configs the registry lacks. */
  readonly sendBytes: number;
  /** From what runs to what will; null when this checkout does not know what runs. */
  readonly commits: readonly Commit[] | null;
  /** Only those that will name something else than now. */
  readonly tags: readonly Change<Digest>[];
  /** What the target is told, where that changes. */
  readonly variables: readonly Change<string>[];
}

export interface Change<T> {
  readonly name: string;
  /** Null: it is not there yet. */
  readonly from: T | null;
  readonly to: T;
}

/**
 * Makes a plan reviewable. Reads only, except that an image that is still to be built is built: its digest and what it
 * would send are part of the review.
 */
export async function reviewPlan(plan: DeployPlan, ports: Ports): Promise<ReviewedPlan> {
  const layout = plan.digest === null ? checkLayout(await ports.builder.build(), plan) : null;
  const digest = plan.digest ?? layout?.digest;
  if (digest === undefined) throw new Error('A plan has a digest or an image to build.');
  const before = plan.previous?.revision ?? null;
  return {
    format: REVIEW_FORMAT,
    madeAt: ports.clock.now().toISOString(),
    plan,
    digest,
    sendBytes: layout === null ? 0 : await ports.registry.missingBytes(layout),
    commits:
      before === null || plan.revision === 'unknown'
        ? null
        : await ports.source.commits(before, plan.revision),
    tags: await changedTags(plan, digest, ports),
    variables: changedVariables(plan, digest, ports),
  };
}

async function changedTags(
  plan: DeployPlan,
  digest: Digest,
  { registry }: Pick<Ports, 'registry'>,
): Promise<readonly Change<Digest>[]> {
  const fixed = [plan.revisionTag, ...plan.versionTags, ...plan.environmentTags].filter(
    (tag) => tag !== '' && !plan.versionMovingTags.includes(tag),
  );
  const wanted = new Map<string, Digest>(fixed.map((tag) => [tag, digest]));
  const winners = movingTagWinners([...(await registry.listTags()), ...plan.versionTags]);
  for (const tag of plan.versionMovingTags) {
    const version = winners.get(tag);
    if (version === undefined) continue;
    const to = plan.versionTags.includes(version) ? digest : await registry.resolve(version);
    if (to !== null) wanted.set(tag, to);
  }
  return [...wanted]
    .map(([name, to]) => ({ name, from: plan.tagsWere[name] ?? null, to }))
    .filter(({ from, to }) => from !== to);
}

function changedVariables(
  plan: DeployPlan,
  digest: Digest,
  { target }: Pick<Ports, 'target'>,
): readonly Change<string>[] {
  const rollsOut = plan.steps.some(({ kind, skip }) => kind === 'trigger-rollout' && skip === null);
  if (!rollsOut) return [];
  const told = (pin: Pin | null) => (pin === null ? {} : target.variablesFor(pin));
  const [before, after] = [told(plan.previous), told(pinOf(plan, digest))];
  return Object.entries(after)
    .map(([name, to]) => ({ name, from: before[name] ?? null, to }))
    .filter(({ from, to }) => from !== to);
}
