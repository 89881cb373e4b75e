import { inject } from 'vitest';

/** Address of the PostgreSQL that the run started; null where there is none. */
export const postgresUrl = inject('postgresUrl');
