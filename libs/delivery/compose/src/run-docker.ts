import { composeError } from './compose-errors.ts';
import { execa, ExecaError } from 'execa';

/** Where `docker` runs, and what is added to its process environment. */
export interface DockerCall {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `docker` with an argument array and returns what it printed; throws TARGET_UNAVAILABLE with its own last words. */
export async function runDocker(args: readonly string[], { cwd, env = {} }: DockerCall): Promise<string> {
  try {
    const { stdout } = await execa('docker', args, { cwd, env, stdin: 'ignore' });
    return stdout;
  } catch (cause) {
    if (cause instanceof ExecaError && cause.code === 'ENOENT') {
      throw composeError('ENGINE_UNAVAILABLE', 'There is no `docker` command.', { cause });
    }
    const said = cause instanceof ExecaError ? lastLines(cause.stderr) : String(cause);
    // The cause is left out: it repeats the command with its environment.
    throw composeError('TARGET_UNAVAILABLE', `\`docker ${args.slice(0, 2).join(' ')} …\` failed: ${said}`);
  }
}

function lastLines(text: unknown): string {
  return typeof text === 'string' ? text.trim().split('\n').slice(-3).join(' · ') : 'it said nothing';
}
