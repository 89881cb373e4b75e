import { shortDigest } from '@ehr/oci';
import type { DeployPlan } from './plan.ts';

/** The plan for people: what runs, what will run, and each step with what it does or why it does nothing. */
export function renderPlan(plan: DeployPlan): string {
  const now =
    plan.previous === null
      ? 'nothing'
      : `${shortDigest(plan.previous.digest)} (${plan.previous.revision.slice(0, 7)})`;
  const next = `${plan.digest === null ? 'an image still to be built' : shortDigest(plan.digest)} (${plan.revision.slice(0, 7)})`;
  const width = Math.max(...plan.steps.map((step) => step.kind.length));
  return [
    `Plan: ${plan.reason} of ${plan.service} to ${plan.environment}`,
    `  now   ${now}`,
    `  then  ${next}, fingerprint ${plan.fingerprint.slice(0, 12)}`,
    '',
    ...plan.steps.map(
      (step) =>
        `  ${step.skip === null ? '+' : '·'} ${step.kind.padEnd(width)}  ${step.skip === null ? step.title : `skip: ${step.skip}`}`,
    ),
  ].join('\n');
}
