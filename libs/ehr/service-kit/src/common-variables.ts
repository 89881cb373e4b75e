import { z } from 'zod';

/** The variables both services know. Every message says the rule and, with it, the fix. */
export const commonVariables = {
  EHR_ENVIRONMENT: z
    .enum(['local', 'dev', 'staging', 'prod'], 'must be local, dev, staging or prod; leave it out for local')
    .default('local'),
  /** Set in the image: the hash of everything in it. */
  EHR_FINGERPRINT: z.string().default('development'),
  EHR_REVISION: z.string().default('unknown'),
  EHR_VERSION: z.string().default('unversioned'),
};

/** A TCP port. 0 asks the system for a free one. */
export function portVariable(defaultPort: number) {
  return z
    .string()
    .default(String(defaultPort))
    .refine(
      (value) => /^\d{1,5}$/u.test(value) && Number(value) < 65_536,
      `must be a port number, 0 to 65535, such as ${defaultPort}`,
    )
    .transform(Number);
}

const address = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);

/** EHR_TRUSTED_PROXIES: whose forwarded headers are believed. */
export const proxiesVariable = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  .refine(
    (list) => list.every((one) => address.safeParse(one).success),
    'must be IP addresses or ranges (10.0.0.0/8), separated by commas',
  );

/** The identity of a health report. `instance` is the random name of this process, made where it starts. */
export function identityOf(service: string, variables: IdentityVariables, instance: string) {
  return {
    service,
    version: variables.EHR_VERSION,
    revision: variables.EHR_REVISION,
    fingerprint: variables.EHR_FINGERPRINT,
    environment: variables.EHR_ENVIRONMENT,
    instance,
  };
}

interface IdentityVariables {
  readonly EHR_ENVIRONMENT: string;
  readonly EHR_FINGERPRINT: string;
  readonly EHR_REVISION: string;
  readonly EHR_VERSION: string;
}
