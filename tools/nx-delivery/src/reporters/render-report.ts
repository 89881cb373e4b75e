import { formatBytes, formatDuration, type Report } from '@ehr/delivery-core';

const HEADLINES: Record<Report['outcome'], string> = {
  deployed: 'is running in',
  unchanged: 'was already running in',
  refused: 'was refused; the previous version still runs in',
  'rolled-back': 'failed; the previous version runs again in',
  failed: 'failed in',
};

/** What runs where, and how we know; or what went wrong and what to do. */
export function renderReport(report: Report): string {
  const { error } = report;
  const facts: [string, string | null][] =
    error === null
      ? [
          ...(report.verdict === 'verified' ? [] : [['verdict', report.verdict] as [string, string]]),
          ['answers at', report.url],
          ['image', report.image],
          ['fingerprint', report.fingerprint],
          ['revision', report.revision],
          ['layers sent', formatBytes(report.sentBytes)],
        ]
      : [
          ['verdict', `${report.verdict} (exit ${report.exit})`],
          ['error', error.code],
          ['what', error.message.replaceAll('\n', '\n              ')],
          ['next', error.hint],
        ];
  return [
    `${error === null ? '✓' : '✗'} ${report.service} ${HEADLINES[report.outcome]} ${report.environment} (${formatDuration(report.milliseconds)})`,
    ...facts
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `  ${name.padEnd(11)} ${value ?? ''}`),
    '',
  ].join('\n');
}
