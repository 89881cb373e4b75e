import { coreError } from '@ehr/delivery-core';
import type { z } from 'zod';

/**
 * The options, checked and complete.
 * @throws OPTIONS_INVALID that names every problem.
 */
export function parseOptions<S extends z.ZodType>(
  schema: S,
  raw: Readonly<Record<string, unknown>>,
): z.output<S> {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such option`;
    const given = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      raw,
    );
    const name = issue.path.join('.');
    return given === undefined
      ? `${name}: is required`
      : `${name}: ${issue.message}; it is ${JSON.stringify(given)}`;
  });
  throw coreError(
    'OPTIONS_INVALID',
    `${problems.length === 1 ? 'An option does' : 'Options do'} not fit: ${problems.join(' · ')}.`,
  );
}
