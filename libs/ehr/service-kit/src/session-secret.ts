import { z } from 'zod';

/** What the two services share on one's own computer: everybody knows it. */
const DEVELOPMENT_SECRET = 'known to everybody: for one’s own computer alone';

/** EHR_SESSION_SECRET: what ehr-web and ehr-api know of each other; sessions are sealed with it. */
export const sessionSecretVariable = z
  .string()
  .refine(
    (secret) => secret.length >= 32 && new Set(secret).size >= 8 && secret !== DEVELOPMENT_SECRET,
    'must be at least 32 characters that nobody can guess, the same for ehr-web and ehr-api: openssl rand -hex 32',
  )
  .optional();

/** The secret of this environment: where records are real there is none that nobody has set. */
export function sessionSecretOf(secret: string | undefined, environment: string): string | null {
  return secret ?? (/^(?:local|dev)$/u.test(environment) ? DEVELOPMENT_SECRET : null);
}
