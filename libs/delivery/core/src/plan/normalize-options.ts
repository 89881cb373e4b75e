import { coreError } from '../errors/catalog.ts';
import { parsePlatform } from '../image/platform.ts';
import { parseReference } from '../image/reference.ts';
import { z } from 'zod';
import { environments } from '../environments.ts';
import type { VerificationRules } from '../verify/verify-running.ts';
import { parseVersionTag } from '../image/version-tags.ts';

/** A person's words for the journal. */
const reason = z.string().trim().min(8, 'must say why, in at least 8 characters').nullable().default(null);

/** From a pipeline an option that was not given arrives as an empty text. */
const noneIfEmpty = (value: unknown) => (value === '' ? null : value);

const schema = z.strictObject({
  service: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be a service name such as ehr-api'),
  environment: z.enum(environments, `must be one of ${environments.join(', ')}`),
  registry: z
    .string()
    .refine(
      (text) => parseReference(`${text}/a/b`)?.registry === text,
      'must be a host with optional port, such as docker.io',
    ),
  namespace: z
    .string()
    .refine(
      (text) => parseReference(`docker.io/${text}/a`) !== undefined,
      'must be a Docker Hub user or organisation, in lower case',
    ),
  platforms: z
    .array(
      z
        .string()
        .refine((text) => parsePlatform(text) !== undefined, 'must be os/architecture, such as linux/arm64'),
    )
    .min(1, 'must name at least one platform'),
  healthPath: z.string().startsWith('/', 'must be a path that starts with /'),
  probes: z.int('must be a whole number').min(1, 'must be at least 1').max(20, 'must be at most 20'),
  timeoutSeconds: z
    .number('must be a number of seconds')
    .positive('must be more than 0')
    .max(3600, 'must be at most 3600'),
  smokeTest: z.boolean('must be true or false'),
  dryRun: z.boolean('must be true or false'),
  rollOut: z.boolean('must be true or false').default(true),
  waitSeconds: z
    .number('must be a number of seconds')
    .min(0, 'must not be negative')
    .max(3600, 'must be at most 3600')
    .default(0),
  release: z.preprocess(
    noneIfEmpty,
    z
      .string()
      .refine(
        (tag) => parseVersionTag(tag) !== undefined,
        'must be a version tag such as v1.2.3 or v1.2.3-rc.1',
      )
      .nullable()
      .default(null),
  ),
  unblock: reason,
  unfreeze: reason,
});

/** Everything a deploy was asked for, checked and complete. */
export type DeployOptions = Readonly<z.infer<typeof schema>>;

/** Checks all options and settings together; throws OPTIONS_INVALID with every problem, one line each. */
export function normalizeOptions(raw: Readonly<Record<string, unknown>>): DeployOptions {
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const name = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') return `${issue.keys.join(', ')}: there is no such option`;
    const given = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown>)[key],
      raw,
    );
    return given === undefined
      ? `${name}: is required`
      : `${name}: ${issue.message}; it is ${JSON.stringify(given)}`;
  });
  throw coreError(
    'OPTIONS_INVALID',
    `${problems.length === 1 ? 'An option does' : 'Options do'} not fit: ${problems.join(' · ')}.`,
  );
}

/** How a rollout is verified under these options. */
export function verificationRules(
  options: Pick<DeployOptions, 'probes' | 'timeoutSeconds'>,
): VerificationRules {
  return { probes: options.probes, intervalMs: 200, timeoutMs: options.timeoutSeconds * 1000 };
}
