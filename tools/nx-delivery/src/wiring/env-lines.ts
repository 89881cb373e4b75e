import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coreError } from '@ehr/delivery-core';

/** What a value may be made of without quotes: a shell, docker compose and this tool take these as they stand. */
const BARE = String.raw`[A-Za-z0-9_@%+=:,./?[\]-]+`;
const LINE = new RegExp(
  String.raw`^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)=(?:(?:'([^'\\\r]*)'|(${BARE}))(?:[ \t]+#[^\r]*)?)?[ \t]*$`,
);
const EMPTY = /^[ \t]*(?:#[^\r]*)?$/;

/** The rule, and with it the fix; deploy.sh says the same. */
export const ENV_LINE_RULE = `a line is NAME=value, with a value of letters, digits and _@%+=:,./?[]- alone, or NAME='any value' without ' and \\; a comment stands on a line of its own`;

/**
 * The variables of the environment's file; none where there is no file: the process environment may say it all.
 * @throws OPTIONS_INVALID as `readEnvLines`
 */
export async function readEnvFile(root: string, environment: string): Promise<Record<string, string>> {
  const file = `.env.${environment}`;
  try {
    return readEnvLines(await readFile(join(root, file), 'utf8'), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}

/**
 * The variables of a `.env.<environment>` file. Only lines that a shell (`. ./.env.prod`), `docker compose --env-file`,
 * deploy.sh and this function read alike are taken: `$`, quotes, spaces and backslashes mean something else to each.
 * Of a name that is there twice the last line counts.
 * @throws OPTIONS_INVALID that names the file and the number of every other line, never what is in it.
 */
export function readEnvLines(text: string, file: string): Record<string, string> {
  const values: Record<string, string> = {};
  const refused: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (EMPTY.test(line)) continue;
    const [, name, quoted, bare] = LINE.exec(line) ?? [];
    if (name === undefined) refused.push(index + 1);
    else values[name] = quoted ?? bare ?? '';
  }
  if (refused.length === 0) return values;
  throw coreError(
    'OPTIONS_INVALID',
    `${file} cannot be read alike by every tool: line ${refused.join(', line ')}.`,
    { hint: `Correct the ${refused.length === 1 ? 'line' : 'lines'}: ${ENV_LINE_RULE}.` },
  );
}
