import type { Identity } from '@ehr/health';
import { commonVariables, identityOf, portVariable, readEnvironment } from '@ehr/service-kit';
import { z } from 'zod';

/** Everything the process environment decides, checked. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly identity: Identity;
  readonly database: { readonly kind: 'postgres'; readonly url: string } | { readonly kind: 'embedded'; readonly directory: string }; // prettier-ignore
}

const schema = z
  .object({
    ...commonVariables,
    PORT: portVariable(3000),
    HOST: z.string().default('0.0.0.0'),
    DATABASE_URL: z
      .string()
      .refine(
        isPostgresUrl,
        'must be a URL postgres://user:password@host:5432/database; encode special characters',
      )
      .optional(),
    EHR_DATA_DIR: z.string().default('./.sandbox/ehr-api-data'),
    EHR_ALLOW_EMBEDDED_DATABASE: z.enum(['true', 'false'], 'must be true or false').default('false'),
    LOG_LEVEL: z
      .enum(
        ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
        'must be fatal, error, warn, info, debug or silent',
      )
      .default('info'),
  })
  .superRefine((variables, context) => {
    const embedded = variables.DATABASE_URL === undefined;
    if (embedded && variables.EHR_ENVIRONMENT === 'prod' && variables.EHR_ALLOW_EMBEDDED_DATABASE !== 'true')
      context.addIssue({
        code: 'custom',
        path: ['DATABASE_URL'],
        message:
          'is required when EHR_ENVIRONMENT is prod; give the URL of a PostgreSQL server, or accept the embedded database with EHR_ALLOW_EMBEDDED_DATABASE=true',
      });
  });

/**
 * The service's configuration, or a StartError that names every bad variable. `instance` is the random name of this
 * process in its health report.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  instance: string,
): Config {
  const variables = readEnvironment(schema, environment);
  return {
    host: variables.HOST,
    port: variables.PORT,
    logLevel: variables.LOG_LEVEL,
    identity: identityOf('ehr-api', variables, instance),
    database: variables.DATABASE_URL
      ? { kind: 'postgres', url: variables.DATABASE_URL }
      : { kind: 'embedded', directory: variables.EHR_DATA_DIR },
  };
}

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && /^postgres(ql)?:$/u.test(new URL(value).protocol);
}
