import { attestErrors } from '@ehr/delivery-attest';
import { composeErrors } from '@ehr/delivery-compose';
import { coreErrors, type ErrorCatalog, verdictCatalog } from '@ehr/delivery-core';
import { dokployErrors } from '@ehr/delivery-dokploy';
import { registryErrors } from '@ehr/delivery-registry';
import { checkCatalog } from '../doctor/check-catalog.ts';
import { markdownTable } from '../reporters/tables.ts';
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

/** docs/DOCTOR.md: every check of `doctor`. */
export function renderDoctorDocument(): string {
  return [
    '# Doctor',
    '',
    '`nx run <project>:doctor --configuration=<environment>` asks everything a deploy rests on and changes nothing. Each',
    'check has a stable name and one of five verdicts: `ok`, `warn` (worth a look, no obstacle), `fail` (a deploy would',
    'fail, or what runs is not what should), `unknown` (it could not be asked; the reason is told) and `not-used` (it does',
    'not concern this environment). The run fails when a check fails. No check keeps another from running.',
    '',
    'With `--json` it prints `{ service, environment, healthy, checks: [{ name, verdict, message, hint }] }`.',
    '',
    'Where an environment is deployed by webhook alone, Dokploy can only be asked whether it answers; with DOKPLOY_API_KEY',
    "and the service's id set as well, doctor asks the rest. What a check says to do may be more precise than this table,",
    'which is generated from the catalogue of checks: `npx nx run nx-delivery:generate`.',
    '',
    ...markdownTable(
      ['Check', 'What it asks', 'What to do'],
      Object.entries(checkCatalog).map(([name, { message, hint }]) => [`\`${name}\``, message, hint]),
    ),
  ].join('\n');
}
