import { coreError } from '@ehr/delivery-core';
import type { z } from 'zod';
import type { ProcessEnv } from '../process-env.ts';
import { TEXT_OPTIONS } from './text-options.ts';

/**
 * The options, checked and complete: those of Nx, and the texts that came past it.
 * @throws OPTIONS_INVALID that names every problem.
 */
export function parseOptions<S extends z.ZodType>(
  schema: S,
  ofNx: Readonly<Record<string, unknown>>,
  { [TEXT_OPTIONS]: texts = '{}' }: ProcessEnv = {},
): z.output<S> {
  const raw = { ...ofNx, ...(JSON.parse(texts) as Readonly<Record<string, string>>) };
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such option`;
    const given = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      raw,
    );
    const name = issue.path.join('.');
    if (typeof given === 'number' && issue.code === 'invalid_type' && issue.expected === 'string') {
      return `${name}: Nx makes a number of what is written in digits, and it is ${given} now; say it to \`npm run deliver -- run … --${name}=…\`, which passes it on as it is`;
    }
    return given === undefined
      ? `${name}: is required`
      : `${name}: ${issue.message}; it is ${JSON.stringify(given)}`;
  });
  throw coreError(
    'OPTIONS_INVALID',
    `${problems.length === 1 ? 'An option does' : 'Options do'} not fit: ${problems.join(' · ')}.`,
  );
}
