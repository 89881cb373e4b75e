import { problemsOf } from '../box/read-workflow.ts';
import { actionlint } from './actionlint.ts';
import { languageService } from './language-service.ts';
import { parseFile } from './parse-file.ts';
import { ownRules } from './rules.ts';
import type { Finding, SourceFile } from './source-files.ts';

/** Everything wrong with workflows and composite actions, but for what shellcheck would say. */
export async function lint(files: readonly SourceFile[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  const all = files.map(parseFile);
  // One after the other: actionlint would load itself anew for each that asks before it is there.
  for (const file of all) {
    const { path, content } = file;
    for (const [rule, check] of Object.entries(ownRules))
      findings.push(...check(file, all).map((found) => ({ rule, file: path, ...found })));
    findings.push(...(await languageService(file, files)));
    if (file.kind === 'action') continue;
    const invalid = await problemsOf(path, content);
    findings.push(...invalid.map((says) => ({ rule: 'github-parser', file: path, says })));
    findings.push(...(await actionlint(file)));
  }
  return findings;
}
