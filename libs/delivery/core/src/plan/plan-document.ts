import type { Digest } from '../image/digest.ts';
import { movingTagWinners } from '../image/version-tags.ts';
import type { Commit, ImageLayout, Pin, Registry, SourceReader, Target } from '../ports.ts';
import { pinOf, plannedDigest, tagNames, type Plan, type Previous } from './plan.ts';

/** What a stored plan names itself; another one is refused. */
export const PLAN_FORMAT = 'ehr-delivery/plan-2';

/** A plan with everything a reviewer wants to know: to be shown, or stored and applied later. No secret is in it. */
export interface PlanDocument {
  readonly format: typeof PLAN_FORMAT;
  /** RFC 3339, UTC. */
  readonly madeAt: string;
  readonly plan: Plan;
  /** The image as the registry has it or as it was built for the plan; null when it is still to be built. */
  readonly digest: Digest | null;
  /** Of layers and configs that the registry lacks; null when the image is still to be built. */
  readonly sendBytes: number | null;
  /** From what runs to what will; null when this checkout does not know what runs. */
  readonly commits: readonly Commit[] | null;
  /** Only those that will name something else than now. */
  readonly tags: readonly Change<Digest>[];
  /** What the target is told, where that changes. */
  readonly variables: readonly Change<string>[];
}

/** Something that will be another value than now. */
export interface Change<T> {
  readonly name: string;
  /** Null: it is not there yet. */
  readonly from: T | null;
  /** Null: it is not known before the image is built. */
  readonly to: T | null;
}

/** What making a plan reviewable needs. */
export interface DocumentPorts {
  readonly registry: Registry;
  readonly target: Target;
  readonly source: SourceReader;
}

/**
 * Makes a plan reviewable; reads only. `layout` is the image as it was built for the plan, where it had to be and
 * somebody wants to know its digest and what it would send.
 */
export async function documentPlan(
  plan: Plan,
  layout: ImageLayout | null,
  now: Date,
  ports: DocumentPorts,
): Promise<PlanDocument> {
  const digest = plannedDigest(plan) ?? layout?.digest ?? null;
  return {
    format: PLAN_FORMAT,
    madeAt: now.toISOString(),
    plan,
    digest,
    sendBytes: layout !== null ? await ports.registry.missingBytes(layout) : digest === null ? null : 0,
    commits: await commitsBetween(plan.previous, plan.revision, ports.source),
    tags: await changedTags(plan, digest, ports.registry),
    variables: digest === null ? [] : changedVariables(plan, digest, ports.target),
  };
}

/** The commits from what ran to `revision`, newest first; null when this checkout does not know them. */
export async function commitsBetween(
  previous: Previous | null,
  revision: string,
  source: SourceReader,
): Promise<readonly Commit[] | null> {
  if (previous === null || revision === 'unknown') return null;
  return source.commits(previous.revision, revision);
}

async function changedTags(
  plan: Plan,
  digest: Digest | null,
  registry: Registry,
): Promise<readonly Change<Digest>[]> {
  const versions = tagNames(plan, 'version');
  const winners = movingTagWinners([...(await registry.listTags()), ...versions]);
  const changes = plan.tags.map(async ({ tag, kind, was }): Promise<Change<Digest>[]> => {
    const winner = kind === 'range' ? winners.get(tag) : undefined;
    const isOurs = winner === undefined || versions.includes(winner);
    const to = isOurs ? digest : await registry.resolve(winner);
    const changes = isOurs && digest === null ? true : to !== null && to !== was;
    return changes ? [{ name: tag, from: was, to }] : [];
  });
  return (await Promise.all(changes)).flat();
}

function changedVariables(plan: Plan, digest: Digest, target: Target): readonly Change<string>[] {
  const rollsOut = plan.steps.some(({ kind, skip }) => kind === 'trigger-rollout' && skip === null);
  if (!rollsOut) return [];
  const told = (pin: Pin | null) => (pin === null ? {} : target.variablesFor(pin));
  const [before, after] = [told(plan.previous), told(pinOf(plan, digest))];
  return Object.entries(after)
    .map(([name, to]) => ({ name, from: before[name] ?? null, to }))
    .filter(({ from, to }) => from !== to);
}
