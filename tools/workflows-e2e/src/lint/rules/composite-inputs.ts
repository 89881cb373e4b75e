import type { Finding } from '../finding.ts';
import type { ParsedFile } from '../parse-file.ts';

/** Inputs given to an action of this repository that it does not have, or that it reads and does not declare. */
export function compositeInputs(file: ParsedFile, all: readonly ParsedFile[]): Finding[] {
  const finding = (line: number, says: string) => ({ rule: 'unknown-input', file: file.path, line, says });
  const given = file.steps.flatMap(({ step, line }) => {
    if (step.uses?.startsWith('./') !== true) return [];
    const path = `${step.uses.slice(2)}/action.yml`;
    const action = all.find((one) => one.path === path);
    if (action === undefined) return [finding(line, `there is no ${path}`)];
    return Object.keys(step.with ?? {})
      .filter((name) => !action.inputs.includes(name))
      .map((name) => finding(line, `${step.uses} has no input ${name}`));
  });
  const read = file.kind === 'workflow' ? [] : [...file.content.matchAll(/\binputs\.([\w-]+)/g)];
  return [
    ...given,
    ...read
      .filter(([, name = '']) => !file.inputs.includes(name))
      .map(([, name = '']) => finding(1, `the input ${name} is read and not declared`)),
  ];
}
