import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** A PostgreSQL server the tests may make databases on; null where there is none. Provided by ehr-api-e2e. */
    postgresUrl: string | null;
  }
}

/** Address of the PostgreSQL that the run started; undefined where there is none. */
export const postgresUrl = inject('postgresUrl');
