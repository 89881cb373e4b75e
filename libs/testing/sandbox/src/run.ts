import { accessSync, appendFileSync, constants, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { execa } from 'execa';
import { sandboxDirectory } from './workspace.ts';

/** Something only the person at the machine can change: `message` names the problem, `hint` what to do about it. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
  readonly hint: string;

  constructor(message: string, hint: string, options?: ErrorOptions) {
    super(message, options);
    this.hint = hint;
  }
}

/**
 * Runs a command to its end and returns its stdout. All its output goes to `.sandbox/log/<command>.log` too.
 * `processEnv` is added to this process's own; `label` names the command in an error.
 *
 * @throws SandboxError with the last lines of the output, where the command cannot be started or does not end with 0
 */
export async function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly processEnv?: Readonly<Record<string, string>>;
    readonly label?: string;
  } = {},
): Promise<string> {
  const { cwd = process.cwd(), processEnv = {}, label = `${command} ${args.join(' ')}` } = options;
  const ours = { all: true, reject: false, stdin: 'ignore' } as const;
  const result = await execa(command, args, { ...ours, cwd, env: processEnv });
  const log = `${sandboxDirectory('log')}/${basename(command)}.log`;
  appendFileSync(log, `$ ${result.command}\n${result.all ?? ''}\n`);
  if (!result.failed) return result.stdout;
  const lastLines = (result.all || result.shortMessage || '').trim().split('\n').slice(-8).join('\n');
  throw new SandboxError(`${label} failed:\n${lastLines}`, `All of its output is in ${log}.`, {
    cause: result,
  });
}

/** Runs a command for at most ten seconds; a failure is a result (`failed`), not an error. */
export function attempt(command: string, args: readonly string[]) {
  return execa(command, args, { stdin: 'ignore', reject: false, timeout: 10_000 });
}

/** Whether the command exists and ends with 0 within ten seconds. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  return !(await attempt(command, args)).failed;
}

/** The full path of a command, or undefined. System directories count even where a user's PATH lacks them. */
export function findExecutable(name: string): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return [...path, '/usr/local/sbin', '/usr/sbin', '/sbin']
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

/** Whether the path is a file that this user may execute. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Whether this process may install packages and start daemons. False on Windows. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}
