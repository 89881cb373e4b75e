import {
  formatTime,
  type JournalEntry,
  type ServiceNeed,
  shortDigest,
  shortRevision,
  type Status,
} from '@ehr/delivery-core';
import Table from 'cli-table3';
import type { Service } from '../wiring/open-service.ts';

/** A service's journal in an environment as a table, in the order given. */
export function renderHistory({ name, environment }: Service, entries: readonly JournalEntry[]): string {
  if (entries.length === 0) return `${name} was never released to ${environment}.\n`;
  return renderTable(
    ['when', 'what', 'version', 'revision', 'image', 'why'],
    entries.map((entry) => [
      formatTime(entry.at),
      entry.kind,
      entry.version,
      shortRevision(entry),
      shortDigest(entry.digest),
      entry.reason,
    ]),
  );
}

/** What the environments run, a line each. */
export function renderStatus(rows: readonly Status[]): string {
  return renderTable(
    ['environment', 'version', 'revision', 'image', 'since', 'verified', 'restarts', 'remarks'],
    rows.map(({ environment, version, revision, image, since, verified, restarts, ...row }) => [
      environment,
      version,
      revision,
      image,
      image === '' ? '' : since === '' ? 'not in the journal' : formatTime(since),
      verified === null ? '' : verified ? 'yes' : 'no',
      restarts === null ? '' : String(restarts),
      remarksOf(row).join('; '),
    ]),
  );
}

/** What a person should know besides: what disagrees, what is held back, who is at work. */
function remarksOf({ drift, blocked, frozen, busy }: Pick<Status, 'drift' | 'blocked' | 'frozen' | 'busy'>) {
  return [
    ...drift,
    ...(blocked === null ? [] : [`the image is blocked: ${blocked}`]),
    ...(frozen === null ? [] : [`frozen: ${frozen}`]),
    ...(busy === null
      ? []
      : [`being changed by ${busy.name}${busy.step === null ? '' : `, at ${busy.step}`}`]),
  ];
}

/** Which services need a deploy, a line each. */
export function renderNeeds(needs: readonly ServiceNeed[]): string {
  const answer = ({ needed }: ServiceNeed) => (needed === null ? 'not known' : needed ? 'yes' : 'no');
  return renderTable(
    ['service', 'runs', 'would be', 'deploy', 'why'],
    needs.map((need) => [need.service, need.runs, need.wouldBe, answer(need), need.message]),
  );
}

/** Columns as wide as their content, without lines or colours: readable on a terminal, in a log and in a mail. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const empty = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' };
  const table = new Table({
    head: [...head],
    chars: {
      ...empty,
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** The lines of a table in Markdown, and an empty one after it. */
export function markdownTable(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const line = (cells: readonly unknown[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
