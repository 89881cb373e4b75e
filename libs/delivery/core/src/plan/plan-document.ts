import type { Digest } from '../image/digest.ts';
import { movingTagsOf, versionTagsIn } from '../image/version-tags.ts';
import type { Commit, ImageLayout, Pin, Registry, SourceReader, Target } from '../ports.ts';
import { pinOf, type Plan, plannedDigest, type Previous, rollsOut, tagNames } from './plan.ts';

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

/**
 * Which tags will name something else. A range such as `1` goes to the plan's image unless a higher version is there:
 * what it will be settled at depends on what is verified by then.
 */
async function changedTags(
  plan: Plan,
  digest: Digest | null,
  registry: Registry,
): Promise<readonly Change<Digest>[]> {
  const highest = versionTagsIn([...(await registry.listTags('v')), ...tagNames(plan, 'version')]);
  const winnerOf = (range: string) => highest.find((tag) => movingTagsOf(tag).includes(range));
  return plan.tags.flatMap(({ tag, kind, was }) => {
    const isOurs = kind !== 'range' || tagNames(plan, 'version').includes(winnerOf(tag) ?? '');
    if (!isOurs || (digest !== null && digest === was)) return [];
    return [{ name: tag, from: was, to: digest }];
  });
}

function changedVariables(plan: Plan, digest: Digest, target: Target): readonly Change<string>[] {
  if (!rollsOut(plan)) return [];
  const told = (pin: Pin | null) => (pin === null ? {} : target.variablesFor(pin));
  const [before, after] = [told(plan.previous), told(pinOf(plan, digest))];
  return Object.entries(after)
    .map(([name, to]) => ({ name, from: before[name] ?? null, to }))
    .filter(({ from, to }) => from !== to);
}
