import { appendFile } from 'node:fs/promises';
import { reasonOf } from '@ehr/delivery-core';
import type { Wiring } from '../wiring/wiring.ts';

/**
 * Adds to a file that somebody else reads, such as GitHub's job summary. What was done stands, whether or not it can be
 * told there: a full disk is a warning. No file is nothing to do.
 */
export async function appendOrWarn(
  file: string | undefined,
  text: string,
  { warn }: Pick<Wiring, 'warn'>,
): Promise<void> {
  if (file === undefined) return;
  try {
    await appendFile(file, text);
  } catch (error) {
    warn(`\n  ${file} cannot be written (${reasonOf(error)}); how the run ended stands all the same.\n`);
  }
}
