import { execa } from 'execa';
import { workspaceRoot } from '@ehr/testing-sandbox';

/** Runs Nx with our own input and output, without a daemon that would stay behind. Returns its exit code. */
export async function runNx(
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly interrupted?: AbortSignal } = {},
): Promise<number> {
  const result = await execa('nx', args, {
    cwd: workspaceRoot,
    preferLocal: true,
    stdio: 'inherit',
    reject: false,
    env: { NX_DAEMON: 'false', NX_TUI: 'false', ...options.env },
    ...(options.interrupted ? { cancelSignal: options.interrupted } : {}),
  });
  return result.exitCode ?? 1;
}
