import { describeError, exitStatus, verdictOfThrown } from '@ehr/delivery-core';
import type { ExecutorContext } from '@nx/devkit';
import type { z } from 'zod';
import { summarizeRefusal } from '../github/tell-github.ts';
import { parseOptions } from '../options/parse-options.ts';
import { appendOrWarn } from '../reporters/append-or-warn.ts';
import { type RawOptions, realWiring, type Wiring } from '../wiring/wiring.ts';

/**
 * Runs an executor's body, which answers with an exit status; a failure becomes code, message and hint on standard
 * error. Nx makes 1 of every failure, so the status also goes to whoever asks for it by DELIVERY_EXIT_FILE
 * (`npm run deliver`).
 */
export async function execute(
  wiring: Wiring,
  body: () => Promise<number | void>,
): Promise<{ success: boolean }> {
  const exit = await statusOf(wiring, body);
  await appendOrWarn(wiring.processEnv['DELIVERY_EXIT_FILE'], `${exit}\n`, wiring);
  return { success: exit === 0 };
}

/** The executor of a target: its options are checked, then `body` runs. */
export function executorOf<O>(
  schema: z.ZodType<O>,
  body: (options: O, context: ExecutorContext, wiring: Wiring) => Promise<number | void>,
) {
  return (raw: RawOptions, context: ExecutorContext, wiring = realWiring) =>
    execute(wiring, () => body(parseOptions(schema, raw, wiring.processEnv), context, wiring));
}

async function statusOf(wiring: Wiring, body: () => Promise<number | void>): Promise<number> {
  try {
    return (await body()) ?? 0;
  } catch (error) {
    const described = describeError(error);
    await summarizeRefusal(wiring, described);
    wiring.warn(`\n${described.code}  ${described.message}\n  → ${described.hint}\n`);
    return exitStatus(verdictOfThrown(error));
  }
}
