import type { Clock } from '@ehr/delivery-core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCompose, type ComposeProject } from './compose.ts';
import { settle } from './settle.ts';
import { start } from './start.ts';

/**
 * Starts the new image in a compose project of its own: no published port, no data, no shared network, no
 * database. An image that cannot start is found out here, while the running service goes on untouched.
 */
export async function smokeTest(
  project: ComposeProject,
  options: { service: string; timeoutMs: number; clock: Clock },
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-smoke-test-'));
  const overlay = join(directory, 'smoke-test.yml');
  await writeFile(overlay, overlayFor(options.service));
  const compose = createCompose({
    ...project,
    project: `${project.project}-smoke-test-${options.service}`,
    overlays: [overlay],
  });
  try {
    await compose.run('pull', '--quiet', options.service);
    await start(compose, options.service, 'SMOKE_TEST_FAILED');
    await settle(compose, { ...options, code: 'SMOKE_TEST_FAILED' }, () => undefined);
  } finally {
    // It holds nothing worth a graceful end.
    await compose.run('down', '--volumes', '--timeout', '0');
    await rm(directory, { recursive: true, force: true });
  }
}

/** `!reset` takes away what the base file says (compose 2.24); the data directory becomes memory. */
function overlayFor(service: string): string {
  return `services:
  ${service}:
    ports: !reset []
    volumes: !reset []
    tmpfs: !override ['/tmp', '/data:uid=1000,gid=1000']
    restart: !override 'no'
    environment: { DATABASE_URL: '', EHR_ALLOW_EMBEDDED_DATABASE: 'true' }
`;
}
