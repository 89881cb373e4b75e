import { workspaceRoot } from '@ehr/testing-sandbox';
import { execa } from 'execa';

/**
 * Runs Nx with our own input and output, without a daemon that would stay behind, and returns its exit code. The
 * variables of `processEnv` are added to this process's own; `interrupted` ends it.
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
    env: { NX_DAEMON: 'false', NX_TUI: 'false', ...processEnv },
    cancelSignal: interrupted,
  });
  return exitCode;
}
