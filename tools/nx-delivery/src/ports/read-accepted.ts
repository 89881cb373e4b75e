import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { coreError } from '@ehr/delivery-core';
import { type Acceptance, gateRules } from '@ehr/delivery-gate';
import { z } from 'zod';

/** Beside the service's Dockerfile, and reviewed as it is. */
export const ACCEPTED_FILE = 'gate-accepted.json';
/** Nobody may say that a secret of this very run is harmless. */
const acceptable = gateRules.filter((rule) => rule !== 'known-secret' && rule !== 'unused-acceptance');
const schema = z.array(
  z.strictObject({
    rule: z.enum(acceptable, `must be one of ${acceptable.join(', ')}`),
    file: z.string().min(1, 'must be a file in the image, such as app/main.js'),
    reason: z.string().trim().min(20, 'must say why it is harmless, in at least 20 characters'),
  }),
);

/**
 * What is accepted for a service's images; nothing where there is no file.
 * @throws OPTIONS_INVALID that names the file, the entry, and what is wrong with it
 */
export async function readAccepted(projectRoot: string): Promise<readonly Acceptance[]> {
  let text: string;
  try {
    text = await readFile(join(projectRoot, ACCEPTED_FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return parseAccepted(text);
}

/**
 * What such a file accepts.
 * @throws OPTIONS_INVALID that names the entry, and what is wrong with it
 */
export function parseAccepted(text: string): readonly Acceptance[] {
  const result = schema.safeParse(parse(text));
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw coreError('OPTIONS_INVALID', `${ACCEPTED_FILE} cannot be used: ${problems.join(' · ')}.`, {
    hint: 'It is a list of { "rule", "file", "reason" }; the gate prints rule and file of each finding.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
