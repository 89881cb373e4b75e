import { describeError, verdictCatalog } from '@ehr/delivery-core';
import { appendFile } from 'node:fs/promises';
import { tellGithubOfRefusal } from '../github/tell-github.ts';

/**
 * Runs an executor's body, which may answer with an exit status or whether it went well; a failure becomes code,
 * sentence and hint on standard error. Nx makes 1 of every failure, so the status also goes to whoever asks for it by
 * DELIVERY_EXIT_FILE (`npm run deliver`).
 */
export async function runReporting(
  body: () => Promise<number | boolean | void>,
): Promise<{ success: boolean }> {
  const exit = await statusOf(body);
  const file = process.env['DELIVERY_EXIT_FILE'];
  if (file !== undefined) await appendFile(file, `${exit}\n`);
  return { success: exit === 0 };
}

async function statusOf(body: () => Promise<number | boolean | void>): Promise<number> {
  try {
    const answer = await body();
    return typeof answer === 'number' ? answer : answer === false ? 1 : 0;
  } catch (error) {
    const described = describeError(error);
    const { code, message, hint } = described;
    await tellGithubOfRefusal(process.env, described);
    process.stderr.write(`\n${code}  ${message}\n  → ${hint}\n`);
    return verdictCatalog[code === 'UNEXPECTED' ? 'defect' : 'refused'].exit;
  }
}
