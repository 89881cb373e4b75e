import { describeError } from '@ehr/delivery';

/** Runs an executor's body; a failure becomes code, sentence and hint on standard error, and exit 1. */
export async function runReporting(body: () => Promise<boolean | void>): Promise<{ success: boolean }> {
  try {
    return { success: (await body()) !== false };
  } catch (error) {
    const { code, message, hint } = describeError(error);
    process.stderr.write(`\n${code}  ${message}\n  → ${hint}\n`);
    return { success: false };
  }
}
