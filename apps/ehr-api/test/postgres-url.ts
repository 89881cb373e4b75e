import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server the tests may make databases on; null where there is none. Provided by ehr-api-e2e. */
    postgresUrl: string | null;
  }
}

export const postgresUrl = inject('postgresUrl');
