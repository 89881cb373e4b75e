import { markdownTable } from './markdown-table.ts';
import { coreErrors, verdictCatalog, type ErrorCatalog } from '@ehr/delivery-core';
import { attestErrors } from '@ehr/delivery-attest';
import { composeErrors } from '@ehr/delivery-compose';
import { dokployErrors } from '@ehr/delivery-dokploy';
import { registryErrors } from '@ehr/delivery-registry';
import { toolErrors } from '../tool-errors.ts';

/** Package → its catalogue. A code stands in one of them only. */
export const errorCatalogs: Readonly<Record<string, ErrorCatalog>> = {
  core: coreErrors,
  build: toolErrors,
  registry: registryErrors,
  signing: attestErrors,
  'docker compose': composeErrors,
  Dokploy: dokployErrors,
};

/** docs/ERRORS.md: every verdict and every error of every package. */
export function renderErrorDocument(): string {
  const verdicts = Object.entries(verdictCatalog).map(([verdict, { exit, message }]) => [
    `\`${verdict}\``,
    exit,
    message,
  ]);
  const errors = Object.entries(errorCatalogs).flatMap(([name, catalog]) => [
    `### ${name[0]?.toUpperCase()}${name.slice(1)}`,
    '',
    ...markdownTable(
      ['Code', 'What it means', 'What to do'],
      Object.entries(catalog).map(([code, { message, hint }]) => [`\`${code}\``, message, hint]),
    ),
  ]);
  return [
    '# Errors and verdicts',
    '',
    'Every failure of the delivery tool has a code, a message and a hint. Every rollout ends with a verdict, which has an',
    'exit status of its own. With `--json` the two stand in `error.code` and `verdict`. Nx itself exits with 1 for any',
    'failed task; `npm run deliver -- run ehr-api:deploy:staging` runs the same and exits with the verdict’s status (of',
    'several, the highest). This page is generated from the catalogues: `npx nx run nx-delivery:generate`.',
    '',
    '## Verdicts',
    '',
    ...markdownTable(['Verdict', 'Exit', 'What it means'], verdicts),
    '## Errors',
    '',
    ...errors,
  ].join('\n');
}
