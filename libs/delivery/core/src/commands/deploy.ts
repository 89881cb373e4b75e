import type { Ports } from '../ports.ts';
import { applyPlan } from '../apply/apply-plan.ts';
import type { StepEvent } from '../apply/apply-plan.ts';
import { verificationRules } from '../plan/normalize-options.ts';
import type { DeployOptions } from '../plan/normalize-options.ts';
import type { DeployPlan } from '../plan/plan.ts';
import { hasCode } from '../errors/delivery-error.ts';
import { takeLock } from '../journal/lock.ts';
import type { Lock } from '../journal/lock.ts';
import { planDeploy } from '../plan/plan-deploy.ts';
import { readSnapshot } from '../plan/read-snapshot.ts';
import { refuseChanged } from '../plan/refuse-changed.ts';
import { createReport } from '../apply/report.ts';
import type { DeployReport } from '../apply/report.ts';
import type { ReviewedPlan } from '../plan/review-plan.ts';

export interface DeployReporter {
  planned(plan: DeployPlan): void;
  event(event: StepEvent): void;
}

/** What a deploy, a promotion and a rollback need to be carried out. */
export type CarryOutOptions = Pick<DeployOptions, 'dryRun' | 'probes' | 'timeoutSeconds'> &
  Partial<Pick<DeployOptions, 'waitSeconds'>> & {
    /** Carry this plan out and no other: PLAN_CHANGED if the world has moved on. */
    readonly reviewed?: ReviewedPlan | undefined;
  };

/**
 * Observe, decide, act, report. With `dryRun` it ends after the decision and returns null.
 * Throws a DeliveryError only before the first step; later failures are in the report.
 */
export async function deploy(
  options: DeployOptions,
  ports: Ports,
  reporter: DeployReporter,
): Promise<DeployReport | null> {
  return carryOut(
    async () => planDeploy(options, await readSnapshot(options, ports)),
    options,
    ports,
    reporter,
  );
}

/**
 * Carries out what `decide` decides. When there is something to change, it takes the environment's lock and
 * decides again: another run may have ended in between.
 */
export async function carryOut(
  decide: () => Promise<DeployPlan>,
  options: CarryOutOptions,
  ports: Ports,
  reporter: DeployReporter,
): Promise<DeployReport | null> {
  const start = ports.clock.now().getTime();
  const decideAsReviewed = async (): Promise<DeployPlan> => {
    const plan = await decide();
    if (options.reviewed === undefined) return plan;
    refuseChanged(options.reviewed, plan);
    return { ...plan, reviewedDigest: options.reviewed.digest };
  };
  const first = await decideAsReviewed();
  if (options.dryRun) {
    reporter.planned(first);
    return null;
  }
  const lock = changesNothing(first) ? undefined : await awaitLock(first, options, ports);
  try {
    const plan = lock === undefined ? first : await decideAsReviewed();
    reporter.planned(plan);
    const events: StepEvent[] = [];
    const result = await applyPlan(plan, verificationRules(options), ports, (event) => {
      events.push(event);
      reporter.event(event);
      // A lock that cannot be renewed now is renewed with the next event; the work itself goes on.
      lock?.renew().catch(() => undefined);
    });
    return createReport(plan, result, events, ports.clock.now().getTime() - start);
  } finally {
    // The outcome stands whether or not the registry hears of the end: the lock runs out by itself.
    await lock?.end().catch(() => undefined);
  }
}

/** The lock, as soon as another run has ended; DEPLOY_IN_PROGRESS when that takes longer than `waitSeconds`. */
async function awaitLock(
  { service, environment }: DeployPlan,
  { waitSeconds = 0 }: CarryOutOptions,
  ports: Ports,
): Promise<Lock> {
  const deadline = ports.clock.now().getTime() + waitSeconds * 1000;
  for (;;) {
    try {
      return await takeLock(service, environment, ports);
    } catch (error) {
      if (!hasCode(error, 'DEPLOY_IN_PROGRESS') || ports.clock.now().getTime() >= deadline) throw error;
      // Two that see each other both give way: the run's id, random, tells them to come back at different times.
      await ports.clock.sleep(5_000 + (Number.parseInt(ports.run.id.slice(0, 3), 16) % 5_000));
    }
  }
}

/** Verifying is no change. */
function changesNothing(plan: DeployPlan): boolean {
  return plan.steps.every(({ kind, skip }) => skip !== null || kind === 'verify-revision');
}
