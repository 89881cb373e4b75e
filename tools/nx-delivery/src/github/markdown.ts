import type { Commit } from '@ehr/delivery-core';

/** People's words and logs, in a fence they cannot close. */
export function fenced(text: string): string {
  return ['````', text.replaceAll('````', '` ` ` `'), '````'].join('\n');
}

/** One line of text from outside, such that no link, image, mention or markup in it counts. */
export function inlineCode(text: string): string {
  const [line = ''] = text.trim().split('\n');
  if (line === '') return '';
  // CommonMark § 6.1: a code span ends at a run of backticks as long as the one it began with.
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${line}${fence}` : `${fence} ${line} ${fence}`;
}

/**
 * GitHub takes 125,000 characters for a release's text and 1 MiB for a job's summary (docs.github.com/rest/releases,
 * "workflow commands"); what stands around the commits has well under 25,000.
 */
const MOST_CHARACTERS = 100_000;
/** A subject has no length that Git would hold to. */
const LONGEST_SUBJECT = 200;

/** Commits, newest first, as many as fit; the others are counted. */
export function commitList(commits: readonly Commit[]): string {
  let left = MOST_CHARACTERS;
  const lines: string[] = [];
  for (const { revision, subject } of commits) {
    const shown = subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
    const line = `${revision.slice(0, 7)} ${shown}`;
    left -= line.length + 1;
    if (left < 0) break;
    lines.push(line);
  }
  const more = commits.length - lines.length;
  if (more > 0) lines.push(`… and ${more.toLocaleString('en')} more, which \`git log\` lists`);
  return fenced(lines.join('\n') || 'nothing');
}
