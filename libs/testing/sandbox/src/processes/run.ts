import { appendFileSync } from 'node:fs';
import { basename } from 'node:path';
import { execa, type Options } from 'execa';
import { SandboxError } from '../sandbox-error.ts';
import { sandboxDirectory } from '../workspace.ts';

/**
 * Runs a command to its end and returns what it wrote to stdout. What it wrote goes to
 * `.sandbox/log/<command>.log` too; a failure names the command (or `label`) and shows its last lines.
 */
export async function run(
  command: string,
  args: readonly string[],
  {
    label = `${command} ${args.join(' ')}`,
    ...options
  }: Pick<Options, 'cwd' | 'env' | 'input' | 'timeout'> & { readonly label?: string } = {},
): Promise<string> {
  const result = await execa(command, args, {
    ...options,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : {}),
    all: true,
    reject: false,
  });
  const log = `${sandboxDirectory('log')}/${basename(command)}.log`;
  appendFileSync(log, `$ ${result.command}\n${String(result.all ?? '')}\n`);
  if (!result.failed) return String(result.stdout ?? '');
  const lastLines = String(result.all ?? result.message)
    .trim()
    .split('\n')
    .slice(-8)
    .join('\n');
  throw new SandboxError(`${label} failed:\n${lastLines}`, `All of its output is in ${log}.`, {
    cause: result,
  });
}

/** True when the command exists and ends with 0 within ten seconds. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  const result = await execa(command, args, { stdin: 'ignore', reject: false, timeout: 10_000 });
  return !result.failed;
}
