import { join } from 'node:path';
import { SandboxError, workspaceRoot } from '@ehr/testing-sandbox';
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

/**
 * Runs Nx with our own input and output, without a daemon that would stay behind or a process for each of its plugins
 * (two seconds a run), and returns its exit code. The variables of `processEnv` are added to this process's own;
 * `interrupted` ends it.
 */
export async function runNx(
  args: readonly string[],
  processEnv: Readonly<Record<string, string>>,
  interrupted: AbortSignal,
): Promise<number> {
  const { exitCode = 1 } = await execa('nx', args, {
    cwd: workspaceRoot,
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
    env: {
      NODE_COMPILE_CACHE: join(workspaceRoot, '.nx/compile-cache'),
      NX_DAEMON: 'false',
      NX_ISOLATE_PLUGINS: 'false',
      NX_TUI: 'false',
      ...processEnv,
    },
    cancelSignal: interrupted,
  });
  return exitCode;
}
