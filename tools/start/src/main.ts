import { SandboxError } from '@ehr/testing-sandbox';

const SHOW_CURSOR = '\u001b[?25h';

/**
 * Runs a command to its end: its answer is the exit code, an error is one sentence and one hint. On
 * Ctrl-C or `kill` the `interrupted` signal fires; a command that ignores it is ended at once by
 * `endAtOnce`. Children in the foreground get the terminal's Ctrl-C themselves.
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
    report(error);
    process.exitCode = 1;
  }
}

function report(error: unknown): void {
  if (error instanceof SandboxError) console.error(`\nError: ${error.message}\n→ ${error.hint}`);
  else console.error(error);
}
