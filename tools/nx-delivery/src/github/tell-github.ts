import {
  type Commit,
  commitsBetween,
  type DescribedError,
  environments,
  formatBytes,
  formatDuration,
  lastReleaseOf,
  type Plan,
  type Ports,
  type Report,
  shortDigest,
} from '@ehr/delivery-core';
import type { ProcessEnv } from '../process-env.ts';
import { appendOrWarn } from '../reporters/append-or-warn.ts';
import { markdownTable } from '../reporters/tables.ts';
import type { Wiring } from '../wiring/wiring.ts';
import { commitList, fenced, inlineCode } from './markdown.ts';

/** Where the job is told of. */
type Told = Pick<Wiring, 'processEnv' | 'warn'>;

/** In a GitHub Actions job: the job summary, and the outputs `verdict`, `image`, `digest`, `url`. Elsewhere nothing. */
export async function tellGithub(
  told: Told,
  plan: Plan,
  report: Report,
  { registry, source }: Pick<Ports, 'registry' | 'source'>,
): Promise<void> {
  const summary = summaryOf(told.processEnv);
  const { verdict, image, url } = report;
  const values = { verdict, image: image ?? '', digest: image?.split('@')[1] ?? '', url: url ?? '' };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  await appendOrWarn(told.processEnv['GITHUB_OUTPUT'], lines.join(''), told);
  if (summary === undefined) return;
  // The outcome stands; a summary is told with what can be had.
  const commits = await commitsBetween(plan.previous, plan.revision, source).catch(() => null);
  const { entries } = await registry.journal.read().catch(() => ({ entries: [] }));
  const known = environments.flatMap((environment) => {
    const last = lastReleaseOf(entries, environment);
    return last === undefined ? [] : [{ environment, digest: shortDigest(last.digest), at: last.at }];
  });
  await appendOrWarn(summary, summarizeReport({ plan, report, commits, runs: known }), told);
}

/** Under `npm run deliver` by another name, so that Nx does not write into it, too. */
function summaryOf({ DELIVERY_STEP_SUMMARY, GITHUB_STEP_SUMMARY }: ProcessEnv): string | undefined {
  return DELIVERY_STEP_SUMMARY ?? GITHUB_STEP_SUMMARY;
}

/** The same for a run that was refused before there was a plan, or failed outside of one. */
export async function summarizeRefusal(told: Told, { code, message, hint }: DescribedError): Promise<void> {
  const text = `## ⛔ refused\n\n${fenced(`${code}  ${message}\n→ ${hint}`)}\n`;
  await appendOrWarn(summaryOf(told.processEnv), text, told);
}

/** What a job summary tells besides the report itself. */
interface SummaryFacts {
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
  superseded: '⏭️ was not rolled out: something newer runs in',
  refused: '⛔ was refused; the previous version still runs in',
  'rolled-back': '↩️ failed; the previous version runs again in',
  failed: '❌ failed in',
};

/** The job summary, in Markdown: what changed, the digest, sizes, tags, who runs what, and how to go back. */
function summarizeReport({ plan, report, commits, runs }: SummaryFacts): string {
  const { service, environment, error } = report;
  const published = report.verdict === 'published';
  return [
    `## ${service} ${published ? '📦 was published for' : HEADLINES[report.outcome]} ${environment}`,
    ...(error === null ? [] : ['', fenced(`${error.code}  ${error.message}\n→ ${error.hint}`)]),
    ...(report.warnings.length === 0 ? [] : ['', '**⚠️ Warning**', '', fenced(report.warnings.join('\n'))]),
    '',
    ...markdownTable(
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
    '### What changed',
    '',
    commits === null
      ? plan.previous === null
        ? 'Nothing ran before.'
        : 'What ran before is not in this checkout.'
      : commitList(commits),
    '',
    '### Who runs what, by the journal in the registry',
    '',
    ...markdownTable(
      ['environment', 'image', 'since'],
      runs.map(({ environment: name, digest, at }) => [name, `\`${digest}\``, at]),
    ),
    ...goBack(plan, report),
    '<details><summary>Steps</summary>',
    '',
    ...markdownTable(
      ['step', 'how', ''],
      report.steps.map(({ kind, outcome, message }) => [kind, outcome, inlineCode(message)]),
    ),
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
