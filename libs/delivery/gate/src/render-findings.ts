import type { GateFinding } from './gate-model.ts';

/** A forgotten `.dockerignore` makes thousands of findings with the same message. */
const SHOWN_OF_A_RULE = 5;

/** The findings as lines for people: refusals, warnings, what was accepted, by rule; at last one line with their numbers. */
export function renderFindings(findings: readonly GateFinding[]): string {
  const refused = findings.filter(({ severity }) => severity === 'refuse');
  const warned = findings.filter(({ severity }) => severity === 'warn');
  const accepted = findings.filter(({ severity }) => severity === 'accepted');
  const groups = Map.groupBy(
    [...refused, ...warned, ...accepted],
    ({ severity, rule }) => `${severity} ${rule}`,
  );
  const lines = [...groups].flatMap(([title, group]) => [
    title,
    ...group.slice(0, SHOWN_OF_A_RULE).map(({ where, message }) => `  ${where}\n    ${message}`),
    ...(group.length > SHOWN_OF_A_RULE ? [`  … and ${group.length - SHOWN_OF_A_RULE} more like these`] : []),
  ]);
  const counts = [
    ...count(refused, 'reason', 'to refuse it'),
    ...count(warned, 'warning', ''),
    ...(accepted.length === 0 ? [] : [`${accepted.length} accepted`]),
  ].join(', ');
  return [...lines, `The gate found ${counts || 'nothing against this image'}.`].join('\n');
}

function count(list: readonly unknown[], noun: string, rest: string): readonly string[] {
  if (list.length === 0) return [];
  return [`${list.length} ${noun}${list.length === 1 ? '' : 's'} ${rest}`.trim()];
}
