import type { Publication } from '../apply/publish.ts';
import { createReport, type Report } from '../apply/report.ts';
import { note, refused, rollOut, type Rollout } from '../apply/roll-out.ts';
import { createStepRunner, type StepRunner } from '../apply/run-steps.ts';
import type { StepEvent } from '../apply/step-event.ts';
import { waitUntil } from '../clock.ts';
import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import { hasCode, type DeliveryError } from '../errors/delivery-error.ts';
import type { Digest } from '../image/digest.ts';
import { takeLock, type Lock } from '../journal/lock.ts';
import { plannedDigest, type Overrides, type Plan } from '../plan/plan.ts';
import { documentPlan, type PlanDocument } from '../plan/plan-document.ts';
import { refuseChanged, type ReviewedPlan } from '../plan/reviewed-plan.ts';
import type { ImageLayout, ChangePorts } from '../ports.ts';

/** What to do with a decision: carry it out, only show it, make a plan of it, or carry it out if it is this plan. */
export type Mode =
  | { readonly kind: 'apply' }
  | { readonly kind: 'dry-run' }
  | { readonly kind: 'write-plan' }
  | { readonly kind: 'apply-plan'; readonly reviewed: ReviewedPlan };

/** What deploy, promote and rollback are asked for alike. */
export interface RolloutRequest {
  readonly service: string;
  readonly environment: Environment;
  readonly mode: Mode;
  readonly overrides: Overrides;
  /** Right answers in a row that verify a rollout. */
  readonly probes: number;
  /** How long the new containers may take to become healthy, and then to be verified. */
  readonly timeoutSeconds: number;
  /** How long to wait for another run that changes the same service there; 0 refuses at once. */
  readonly waitSeconds: number;
}

/** `planned`: nothing was changed · `ended`: it was carried out, and the report tells how. */
export type RolloutResult =
  | { readonly kind: 'planned'; readonly document: PlanDocument }
  | { readonly kind: 'ended'; readonly plan: Plan; readonly report: Report };

/** Hears how a rollout goes, while it goes. */
export interface Reporter {
  planned(plan: Plan): void;
  event(event: StepEvent): void;
}

/** What a rollout needs of the world. */
export type RolloutPorts = ChangePorts & { readonly reporter: Reporter };

/** What is different from command to command. */
export interface Work {
  /** Reads the world and decides; called again under the lock, for another run may have ended in between. */
  decide(): Promise<Plan>;
  /** Builds the image of a plan, without pushing it. */
  build?(plan: Plan): Promise<ImageLayout>;
  /** Gets the image into the registry; without it the plan's image is there. */
  publish?(plan: Plan, reviewed: Digest | null, steps: StepRunner): Promise<Publication>;
}

/**
 * Snapshot → plan → steps → report.
 * @throws DeliveryError only before the first step; later failures are in the report.
 */
export async function runRollout(
  request: RolloutRequest,
  work: Work,
  ports: RolloutPorts,
): Promise<RolloutResult> {
  const { mode } = request;
  const { clock, reporter } = ports;
  const start = clock.now().getTime();
  const decide = async (): Promise<Plan> => {
    const plan = await work.decide();
    if (mode.kind === 'apply-plan') refuseChanged(mode.reviewed, plan);
    return plan;
  };
  const first = await decide();
  if (mode.kind === 'dry-run' || mode.kind === 'write-plan') {
    const isBuilt = mode.kind === 'write-plan' && first.image.kind === 'to-build';
    const layout = isBuilt ? ((await work.build?.(first)) ?? null) : null;
    return { kind: 'planned', document: await documentPlan(first, layout, clock.now(), ports) };
  }
  const lock = changesNothing(first) ? undefined : await awaitLock(request, ports);
  try {
    const plan = lock === undefined ? first : await decide();
    reporter.planned(plan);
    const events: StepEvent[] = [];
    const emit = (event: StepEvent) => {
      events.push(event);
      reporter.event(event);
      // A lock that cannot be renewed now is renewed with the next event; the work itself goes on.
      lock?.renew().catch(() => undefined);
    };
    const steps = createStepRunner(plan.steps, clock, emit);
    const [publication, rollout] = await carryOut(plan, request, work, steps, ports, emit);
    steps.finish();
    const took = clock.now().getTime() - start;
    return { kind: 'ended', plan, report: createReport(plan, publication, rollout, events, took) };
  } finally {
    // The outcome stands whether or not the registry hears of the end: the lock runs out by itself.
    await lock?.end().catch(() => undefined);
  }
}

async function carryOut(
  plan: Plan,
  { mode, probes, timeoutSeconds }: RolloutRequest,
  work: Work,
  steps: StepRunner,
  ports: RolloutPorts,
  emit: (event: StepEvent) => void,
): Promise<[Publication, Rollout]> {
  const reviewed = mode.kind === 'apply-plan' ? mode.reviewed.digest : null;
  const known: Publication = { digest: plannedDigest(plan), sentBytes: 0, error: null };
  try {
    await override(plan, steps, ports);
  } catch (error) {
    return [known, refused(error)];
  }
  const publication = (await work.publish?.(plan, reviewed, steps)) ?? known;
  const { digest, error } = publication;
  if (error !== null || digest === null) return [publication, refused(error)];
  const rules = { probes, intervalMs: 200, timeoutMs: timeoutSeconds * 1000 };
  return [publication, await rollOut(plan, digest, rules, steps, ports, emit)];
}

/** Unblocks and unfreezes, where a person said why. */
async function override(plan: Plan, steps: StepRunner, ports: RolloutPorts): Promise<void> {
  const { overrides, previous } = plan;
  const digest = plannedDigest(plan);
  await steps.act('unblock-image', async () => {
    if (digest !== null) await note(plan, 'unblocked', digest, overrides.unblock ?? '', ports);
  });
  await steps.act('unfreeze-environment', async () => {
    // The new image may be unbuilt yet: the entry names the one at which the environment is frozen.
    const frozenAt = previous?.image.digest ?? digest;
    if (frozenAt !== null) await note(plan, 'unfrozen', frozenAt, overrides.unfreeze ?? '', ports);
  });
}

/**
 * The lock, as soon as another run has ended.
 * @throws DEPLOY_IN_PROGRESS when that takes longer than `waitSeconds`.
 */
async function awaitLock(
  { service, environment, waitSeconds }: RolloutRequest,
  ports: RolloutPorts,
): Promise<Lock> {
  const { clock, run } = ports;
  // Two that see each other both give way: the run's id, random, tells them to come back at different times.
  const everyMs = 5_000 + (Number.parseInt(run.id.slice(0, 3), 16) % 5_000);
  let refusal: DeliveryError | undefined;
  const deadline = clock.now().getTime() + waitSeconds * 1000;
  const lock = await waitUntil(clock, { deadline, everyMs }, async () => {
    try {
      return await takeLock(service, environment, ports);
    } catch (error) {
      if (!hasCode(error, 'DEPLOY_IN_PROGRESS')) throw error;
      refusal = error;
      return undefined;
    }
  });
  if (lock !== undefined) return lock;
  throw refusal ?? coreError('DEPLOY_IN_PROGRESS', `${service} in ${environment} is being changed.`);
}

/** Verifying is no change. */
function changesNothing(plan: Plan): boolean {
  return plan.steps.every(({ kind, skip }) => skip !== null || kind === 'verify-revision');
}
