import { problemsOf } from '../box/read-workflow.ts';
import { actionlint } from './actionlint.ts';
import type { Finding, SourceFile } from './finding.ts';
import { languageService } from './language-service.ts';
import { parseFile } from './parse-file.ts';
import { checkoutCredentials } from './rules/checkout-credentials.ts';
import { compositeInputs } from './rules/composite-inputs.ts';
import { dangerousTrigger } from './rules/dangerous-trigger.ts';
import { knownVariables } from './rules/known-variables.ts';
import { leastPermissions } from './rules/least-permissions.ts';
import { pinnedAction } from './rules/pinned-action.ts';
import { plainCommands } from './rules/plain-commands.ts';
import { secretPlacement } from './rules/secret-placement.ts';
import { uncancelledDeploys } from './rules/uncancelled-deploys.ts';

/** Our own: what neither actionlint nor GitHub's language service minds. */
export const ownRules = [
  pinnedAction,
  dangerousTrigger,
  leastPermissions,
  plainCommands,
  checkoutCredentials,
  secretPlacement,
  uncancelledDeploys,
  knownVariables,
];

/** Everything wrong with workflows and composite actions, but for what shellcheck would say. */
export async function lint(files: readonly SourceFile[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  // One after the other: actionlint would load itself anew for each that asks before it is there.
  const all = files.map(parseFile);
  for (const [index, file] of files.entries()) {
    const parsed = all[index] ?? parseFile(file);
    findings.push(...compositeInputs(parsed, all));
    findings.push(...ownRules.flatMap((rule) => rule(parsed)), ...(await languageService(file, files)));
    if (parsed.kind === 'action') continue;
    const invalid = await problemsOf(file.path, file.content);
    findings.push(...invalid.map((says) => ({ rule: 'github-parser', file: file.path, says })));
    findings.push(...(await actionlint(file)));
  }
  return findings;
}
