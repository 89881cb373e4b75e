import { checkCatalog } from '../doctor/check-catalog.ts';
import { markdownTable } from './markdown-table.ts';

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
