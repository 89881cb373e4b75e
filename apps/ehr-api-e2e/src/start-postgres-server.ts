import { requireOrSkip, startPostgres } from '@ehr/testing-sandbox';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: string | null;
  }
}

/** One real PostgreSQL server for the run; each suite makes databases of its own on it. */
export default async function startPostgresServer(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  if (!requireOrSkip('postgres')) {
    project.provide('postgresUrl', null);
    return undefined;
  }
  const server = await startPostgres();
  project.provide('postgresUrl', server.url);
  return () => server.stop();
}
