import { execa } from 'execa';
import { parseFile } from './parse-file.ts';
import type { Finding, SourceFile } from './source-files.ts';

interface Comment {
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

/**
 * What shellcheck says against a shell script, or against each command of a workflow or action.
 * @throws when there is no shellcheck on this machine
 */
export async function shellcheck(file: SourceFile): Promise<Finding[]> {
  if (!/\.ya?ml$/.test(file.path)) return check(file.content, file.path, 0, []);
  const found = await Promise.all(
    parseFile(file).steps.map(({ step, line }) =>
      step.run === undefined ? Promise.resolve([]) : check(step.run, file.path, line - 1, ['--shell=bash']),
    ),
  );
  return found.flat();
}

async function check(
  script: string,
  file: string,
  offset: number,
  args: readonly string[],
): Promise<Finding[]> {
  const { stdout } = await execa('shellcheck', ['--format=json1', '--norc', ...args, '-'], {
    input: script,
    reject: false,
  });
  const { comments } = JSON.parse(stdout) as { comments: readonly Comment[] };
  return comments.map(({ line, code, message }) => ({
    rule: `shellcheck SC${code}`,
    file,
    line: line + offset,
    says: message,
  }));
}
