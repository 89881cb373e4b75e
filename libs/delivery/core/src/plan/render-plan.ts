import { shortDigest } from '../image/digest.ts';
import { formatBytes } from '../format.ts';
import type { DeployPlan } from './plan.ts';
import type { Change, ReviewedPlan } from './review-plan.ts';

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

const MANY = 30;

/** The plan with what a reviewer wants to know of it: the image, commits, tags, variables and bytes. */
export function renderReview({ plan, digest, sendBytes, commits, tags, variables }: ReviewedPlan): string {
  const from = plan.previous === null ? 'nothing' : plan.previous.digest;
  const more = (commits?.length ?? 0) - MANY;
  return [
    renderPlan(plan),
    '',
    'Image',
    `  ${from}`,
    `  → ${digest}`,
    `  ${formatBytes(sendBytes)} to send`,
    '',
    'Commits',
    ...(commits === null
      ? [plan.previous === null ? '  nothing runs yet' : '  this checkout does not know the commit that runs']
      : commits.slice(0, MANY).map(({ revision, subject }) => `  ${revision.slice(0, 7)} ${subject}`)),
    ...(commits?.length === 0 ? ['  none'] : []),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
    'Tags that will name another image',
    ...changes(tags, (value) => shortDigest(value)),
    '',
    'Variables that change',
    ...changes(variables, (value) => value),
  ].join('\n');
}

function changes<T>(list: readonly Change<T>[], show: (value: T) => string): string[] {
  if (list.length === 0) return ['  none'];
  return list.map(
    ({ name, from, to }) => `  ${name}: ${from === null ? 'nothing' : show(from)} → ${show(to)}`,
  );
}
