import { formatBytes } from '../format.ts';
import { shortDigest } from '../image/digest.ts';
import type { Change, PlanDocument } from './plan-document.ts';

const TO_BUILD = 'an image still to be built';
const MANY = 30;

/**
 * A plan for people: what runs, what will run, each step with what it does or why it does nothing, and the commits,
 * tags, variables and bytes.
 */
export function renderPlan({ plan, digest, sendBytes, commits, tags, variables }: PlanDocument): string {
  const { previous, revision, steps } = plan;
  const now =
    previous === null
      ? 'nothing'
      : `${shortDigest(previous.image.digest)} (${previous.revision.slice(0, 7)})`;
  const then = `${digest === null ? TO_BUILD : shortDigest(digest)} (${revision.slice(0, 7)})`;
  const width = Math.max(...steps.map(({ kind }) => kind.length));
  const more = (commits?.length ?? 0) - MANY;
  return [
    `Plan: ${plan.reason} of ${plan.service} to ${plan.environment}`,
    `  now   ${now}`,
    `  then  ${then}, fingerprint ${plan.fingerprint.slice(0, 12)}`,
    '',
    ...steps.map(
      ({ kind, title, skip }) =>
        `  ${skip === null ? '+' : '·'} ${kind.padEnd(width)}  ${skip === null ? title : `skip: ${skip}`}`,
    ),
    '',
    'Image',
    `  ${previous?.image.digest ?? 'nothing'}`,
    `  → ${digest ?? TO_BUILD}`,
    ...(sendBytes === null ? [] : [`  ${formatBytes(sendBytes)} to send`]),
    '',
    'Commits',
    ...(commits === null
      ? [previous === null ? '  nothing runs yet' : '  this checkout does not know the commit that runs']
      : commits.slice(0, MANY).map((commit) => `  ${commit.revision.slice(0, 7)} ${commit.subject}`)),
    ...(commits?.length === 0 ? ['  none'] : []),
    ...(more > 0 ? [`  and ${more} more`] : []),
    '',
    'Tags that will name another image',
    ...changes(tags, shortDigest),
    '',
    'Variables that change',
    ...(digest === null ? ['  known when the image is built'] : changes(variables, (value) => value)),
  ].join('\n');
}

function changes<T>(list: readonly Change<T>[], show: (value: T) => string): string[] {
  if (list.length === 0) return ['  none'];
  return list.map(
    ({ name, from, to }) =>
      `  ${name}: ${from === null ? 'nothing' : show(from)} → ${to === null ? TO_BUILD : show(to)}`,
  );
}
