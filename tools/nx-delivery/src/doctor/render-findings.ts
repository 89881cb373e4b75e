import type { CheckVerdict, Finding } from './finding.ts';

const MARKS: Record<CheckVerdict, string> = { ok: '✓', warn: '!', fail: '✗', unknown: '?', 'not-used': '·' };
const WORDS: readonly [CheckVerdict, string][] = [
  ['fail', 'failed'],
  ['warn', 'to look at'],
  ['unknown', 'not known'],
  ['ok', 'fine'],
  ['not-used', 'not used here'],
];

/** One line a check, what to do under it, and the sum at the end. */
export function renderFindings(title: string, findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const told = new Map<string, string>();
  const lines = findings.flatMap(({ name, verdict, message, hint }) => {
    // One cause can keep ten checks from an answer; it is told where it shows first. What a check could not ask has no
    // better advice than that.
    const cause = hint === null ? undefined : `${message}\n${hint}`;
    const first = cause === undefined ? undefined : told.get(verdict === 'unknown' ? message : cause);
    if (first !== undefined) return [`  ${MARKS[verdict]} ${name.padEnd(width)}  see ${first}`];
    if (cause !== undefined) for (const key of [message, cause]) told.set(key, name);
    const text = verdict === 'not-used' ? `not used here: ${message}` : message;
    const indented = text.replaceAll('\n', `\n${' '.repeat(width + 6)}`);
    return [
      `  ${MARKS[verdict]} ${name.padEnd(width)}  ${indented}`,
      ...(hint === null ? [] : [`${' '.repeat(width + 6)}→ ${hint}`]),
    ];
  });
  const counts = WORDS.map(
    ([verdict, word]) => [findings.filter((one) => one.verdict === verdict).length, word] as const,
  );
  const sum = counts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return [title, ...lines, '', `${sum.join(', ')}.`, ''].join('\n');
}
