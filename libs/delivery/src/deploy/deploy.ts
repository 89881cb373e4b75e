import type { Ports } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import type { StepEvent } from './apply-plan.ts';
import { proofRules } from './normalize-options.ts';
import type { DeployOptions } from './normalize-options.ts';
import type { DeployPlan } from './plan.ts';
import { planDeploy } from './plan-deploy.ts';
import { readSnapshot } from './read-snapshot.ts';
import { createReport } from './report.ts';
import type { DeployReport } from './report.ts';

export interface DeployReporter {
  planned(plan: DeployPlan): void;
  event(event: StepEvent): void;
}

/**
 * Observe, decide, act, report. With `dryRun` it ends after the decision and returns null.
 * Throws a DeliveryError only before the first write; later failures are in the report.
 */
export async function deploy(
  options: DeployOptions,
  ports: Ports,
  reporter: DeployReporter,
): Promise<DeployReport | null> {
  const plan = planDeploy(options, await readSnapshot(options, ports));
  return carryOut(plan, options, ports, reporter);
}

/** The second half, whatever was decided: a deploy, a promotion, a rollback. */
export async function carryOut(
  plan: DeployPlan,
  options: Pick<DeployOptions, 'dryRun' | 'probes' | 'timeoutSeconds'>,
  ports: Ports,
  reporter: DeployReporter,
): Promise<DeployReport | null> {
  const start = ports.clock.now().getTime();
  reporter.planned(plan);
  if (options.dryRun) return null;
  const events: StepEvent[] = [];
  const result = await applyPlan(plan, proofRules(options), ports, (event) => {
    events.push(event);
    reporter.event(event);
  });
  return createReport(plan, result, events, ports.clock.now().getTime() - start);
}
