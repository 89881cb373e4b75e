import { coreError, hasCode, waitUntil, type Clock } from '@ehr/delivery-core';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { createCompose, type Compose, type ComposeProject } from './compose.ts';
import { inspectContainer, judgeContainer } from './container.ts';

/** Starts the service alone; an engine that cannot even start its process (`code`) is the image's fault, not the target's. */
export async function start(
  compose: Compose,
  service: string,
  code: 'ROLLOUT_FAILED' | 'SMOKE_TEST_FAILED',
): Promise<void> {
  try {
    await compose.run('up', '--detach', '--no-deps', '--pull', 'never', service);
  } catch (error) {
    if (!hasCode(error, 'TARGET_UNAVAILABLE')) throw error;
    throw coreError(code, error.message);
  }
}

/** What waiting for a container needs. */
interface SettleOptions {
  readonly service: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/**
 * Waits until the service's container is healthy.
 * @throws SERVICE_CRASHES or SERVICE_UNHEALTHY (or `code`) with its log when it crashes or time runs out.
 */
export async function settle(
  compose: Compose,
  { service, timeoutMs, clock }: SettleOptions,
  onProgress: (message: string) => void,
  /** Instead of SERVICE_CRASHES and SERVICE_UNHEALTHY, where nothing was rolled out. */
  code?: 'SMOKE_TEST_FAILED',
): Promise<void> {
  let waiting = '';
  const patience = { deadline: clock.now().getTime() + timeoutMs, everyMs: 250 };
  const state = await waitUntil(clock, patience, async () => {
    const judged = judgeContainer(await inspectContainer(compose, service));
    if (judged.kind !== 'waiting') return judged;
    waiting = judged.message;
    onProgress(waiting);
    return undefined;
  });
  if (state?.kind === 'healthy') return;
  const message = state?.message ?? `${waiting} after ${timeoutMs / 1000} s`;
  throw coreError(
    code ?? (state?.kind === 'crashes' ? 'SERVICE_CRASHES' : 'SERVICE_UNHEALTHY'),
    `${service} ${message}. Its last words:\n${await lastLog(compose, service)}`,
  );
}

async function lastLog(compose: Compose, service: string): Promise<string> {
  const log = await compose
    .run('logs', '--no-color', '--no-log-prefix', '--tail', '15', service)
    .catch(() => '');
  // Compose clears lines even where there is no terminal.
  const text = stripVTControlCharacters(log).trim();
  return text === '' ? '(it wrote nothing)' : text;
}

/**
 * Starts the new image in a compose project of its own: no published port, no data, no shared network, no
 * database. An image that cannot start is found out here, while the running service goes on untouched.
 */
export async function smokeTest(project: ComposeProject, options: SettleOptions): Promise<void> {
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
    await settle(compose, options, () => undefined, 'SMOKE_TEST_FAILED');
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
