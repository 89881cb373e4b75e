import { defineConfig } from 'vitest/config';

/**
 * The built service from outside, and ehr-api's own suite on a PostgreSQL server. The server is started from
 * here, so that ehr-api imports nothing of the sandbox: a change there does not touch the service.
 */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['apps/ehr-api-e2e/**/*.{e2e,long}.spec.ts', 'apps/ehr-api/**/*.e2e.spec.ts'],
    globalSetup: [new URL('src/start-postgres-server.ts', import.meta.url).pathname],
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
