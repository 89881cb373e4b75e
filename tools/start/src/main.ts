import { nxEnvironment, SandboxError, workspaceRoot } from '@ehr/testing-sandbox';
import { execa } from 'execa';

const SHOW_CURSOR = '\u001b[?25h';

/**
 * Runs a command to its end: what it returns is the exit code, an error is shown by its message and hint. Ctrl-C and
 * `kill` end this process at once; without `endAtOnce` only the `interrupted` signal fires, and the command ends
 * itself. Children in the foreground get the terminal's Ctrl-C themselves.
 */
export async function main(
  command: (interrupted: AbortSignal) => Promise<number>,
  { endAtOnce = true } = {},
): Promise<void> {
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      interruption.abort();
      if (process.stdout.isTTY) process.stdout.write(SHOW_CURSOR);
      if (endAtOnce) process.exit(signal === 'SIGINT' ? 130 : 143);
    });
  try {
    process.exitCode = await command(interruption.signal);
  } catch (error) {
    console.error(error instanceof SandboxError ? `\nError: ${error.message}\n→ ${error.hint}` : error);
    process.exitCode = 1;
  }
}

const NX = { cwd: workspaceRoot, preferLocal: true, env: nxEnvironment(workspaceRoot) } as const;

/**
 * Runs Nx with our own input and output and returns its exit code. The variables of `processEnv` are added to this
 * process's own; `interrupted` ends it.
 */
export async function runNx(
  args: readonly string[],
  processEnv: Readonly<Record<string, string>>,
  interrupted: AbortSignal,
): Promise<number> {
  const { exitCode = 1 } = await execa('nx', args, {
    ...NX,
    stdio: 'inherit',
    reject: false,
    env: { ...NX.env, ...processEnv },
    cancelSignal: interrupted,
  });
  return exitCode;
}

/**
 * Builds what is not in Nx's cache, without a word.
 *
 * @throws {SandboxError} with Nx's whole output where a build fails
 */
export async function buildQuietly(projects: readonly string[], interrupted: AbortSignal): Promise<void> {
  const args = ['run-many', '-t', 'build', `--projects=${projects.join(',')}`, '--outputStyle=static'];
  const { failed, all } = await execa('nx', args, {
    ...NX,
    all: true,
    reject: false,
    cancelSignal: interrupted,
  });
  if (failed) throw new SandboxError(`the services cannot be built\n${all}`, 'Nx tells above what is wrong.');
}
