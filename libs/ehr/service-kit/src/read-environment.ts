import type { z } from 'zod';
import { StartError } from './start-error.ts';

/**
 * The variables a service reads, checked; one StartError names every bad one, its rule and the fix. An empty
 * variable counts as unset (compose files write `${NAME:-}`). Values are never repeated: they may be secrets.
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const lines = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new StartError(
    'BAD_ENVIRONMENT',
    'setting',
    `The environment has ${lines.length === 1 ? 'a bad variable' : `${lines.length} bad variables`}. Correct it and start again:\n${lines.join('\n')}`,
  );
}
