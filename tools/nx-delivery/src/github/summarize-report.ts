import { formatBytes, formatDuration, type Commit, type Plan, type Report } from '@ehr/delivery-core';

/** What a job summary tells besides the report itself. */
export interface SummaryFacts {
  readonly plan: Plan;
  readonly report: Report;
  /** From what ran to what runs now; null when that is not known. */
  readonly commits: readonly Commit[] | null;
  /** Environment → its last verified release by the journal. */
  readonly runs: readonly { environment: string; digest: string; at: string }[];
}

const HEADLINES: Record<Report['outcome'], string> = {
  deployed: '✅ is running in',
  unchanged: '✅ was already running in',
  refused: '⛔ was refused; the previous version still runs in',
  'rolled-back': '↩️ failed; the previous version runs again in',
  failed: '❌ failed in',
};

/** The job summary, in Markdown: what changed, the digest, sizes, tags, who runs what, and how to go back. */
export function summarizeReport({ plan, report, commits, runs }: SummaryFacts): string {
  const { service, environment, error } = report;
  const published = report.verdict === 'published';
  return [
    `## ${service} ${published ? '📦 was published for' : HEADLINES[report.outcome]} ${environment}`,
    ...(error === null ? [] : ['', fenced(`${error.code}  ${error.message}\n→ ${error.hint}`)]),
    '',
    ...table(
      ['', ''],
      [
        ['verdict', `\`${report.verdict}\``],
        ['image', report.image === null ? 'none' : `\`${report.image}\``],
        ['fingerprint', `\`${report.fingerprint.slice(0, 12)}\``],
        ['commit', `\`${report.revision.slice(0, 7)}\``],
        ['answers at', report.url ?? ''],
        ['layers sent', formatBytes(report.sentBytes)],
        ['took', formatDuration(report.milliseconds)],
        ['tags', plan.tags.map(({ tag }) => `\`${tag}\``).join(' ')],
      ],
    ),
    '',
    '### What changed',
    '',
    commits === null
      ? plan.previous === null
        ? 'Nothing ran before.'
        : 'What ran before is not in this checkout.'
      : fenced(
          commits.map(({ revision, subject }) => `${revision.slice(0, 7)} ${subject}`).join('\n') ||
            'nothing',
        ),
    '',
    '### Who runs what, by the journal in the registry',
    '',
    ...table(
      ['environment', 'image', 'since'],
      runs.map(({ environment: name, digest, at }) => [name, `\`${digest}\``, at]),
    ),
    '',
    ...goBack(plan, report),
    '<details><summary>Steps</summary>',
    '',
    ...table(
      ['step', 'how', ''],
      report.steps.map(({ kind, outcome, message }) => [kind, outcome, firstLine(message)]),
    ),
    '',
    '</details>',
    '',
  ].join('\n');
}

function goBack({ previous, environment }: Plan, { service, outcome }: Report): string[] {
  if (outcome !== 'deployed' || previous === null) return [];
  const which = service.replace(/^ehr-/, '');
  return [
    '### To go back to what ran before',
    '',
    '```sh',
    `gh workflow run manual-build.yml -f service=${which} -f environment=${environment} -f rollback-to=${previous.image.digest}`,
    '```',
    '',
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

/** People's words and logs, in a fence they cannot close. */
export function fenced(text: string): string {
  return ['````', text.replaceAll('````', '` ` ` `'), '````'].join('\n');
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replaceAll('<', '&lt;');
}
