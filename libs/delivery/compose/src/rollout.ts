import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Clock, coreError, formatReference, hasCode, type Pin, waitUntil } from '@ehr/delivery-core';
import { type Compose, type ComposeProject, createCompose } from './compose.ts';
import { composeError } from './compose-errors.ts';
import { hasImage, inspectContainer } from './container.ts';
import { judgeAtDeadline, judgeSightings, type Sighting } from './judge-container.ts';

/**
 * Pulls the pinned image unless the host has it.
 * @throws IMAGE_UNAVAILABLE
 */
export async function pull(compose: Compose, service: string, { image }: Pin): Promise<void> {
  if (await hasImage(compose, formatReference(image))) return;
  try {
    await compose.run('pull', '--quiet', service);
  } catch (error) {
    if (!hasCode(error, 'TARGET_UNAVAILABLE')) throw error;
    throw composeError('IMAGE_UNAVAILABLE', error.message);
  }
}

/** The engine's exit codes for a program that is not in the image, or cannot be run. */
const UNSTARTABLE: readonly number[] = [126, 127];

/**
 * Starts the service alone.
 * @throws IMAGE_UNSTARTABLE when the engine cannot start the image's program, ROLLOUT_FAILED when it cannot start the
 * container for another reason, as a port that is taken; SMOKE_TEST_FAILED for both, if that is the `code`.
 */
export async function start(
  compose: Compose,
  service: string,
  code: 'ROLLOUT_FAILED' | 'SMOKE_TEST_FAILED',
): Promise<void> {
  try {
    await compose.run('up', '--detach', '--no-deps', '--pull', 'never', service);
  } catch (error) {
    if (!hasCode(error, 'TARGET_UNAVAILABLE')) throw error;
    const container = await inspectContainer(compose, service).catch(() => null);
    const { Status, ExitCode = 0, Error: words = '' } = container?.State ?? {};
    const unstartable = Status === 'created' && UNSTARTABLE.includes(ExitCode);
    const message =
      words === '' || error.message.includes(words) ? error.message : `${error.message} (${words})`;
    throw coreError(unstartable && code === 'ROLLOUT_FAILED' ? 'IMAGE_UNSTARTABLE' : code, message);
  }
}

/** What waiting for a container needs. */
interface SettleOptions {
  readonly service: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

const CODES = {
  crashes: 'SERVICE_CRASHES',
  lacking: 'DEPENDENCY_MISSING',
  unhealthy: 'SERVICE_UNHEALTHY',
  waiting: 'SERVICE_UNHEALTHY',
} as const;

/**
 * Waits until the service's container is healthy.
 * @throws SERVICE_CRASHES, DEPENDENCY_MISSING or SERVICE_UNHEALTHY (or `code`) with its log when it ends for good or
 * again and again, or time runs out.
 */
export async function settle(
  compose: Compose,
  { service, timeoutMs, clock }: SettleOptions,
  onProgress: (message: string) => void,
  /** Instead of the others, where nothing was rolled out. */
  code?: 'SMOKE_TEST_FAILED',
): Promise<void> {
  const sightings: Sighting[] = [];
  const changes = compose.watch(service);
  // Each look takes processor time from a service that is about to start: one at every change, and a few besides.
  const untilChange = { ...clock, sleep: (ms: number) => Promise.race([clock.sleep(ms), changes.next()]) };
  const patience = { deadline: clock.now().getTime() + timeoutMs, everyMs: 1_000 };
  const state = await waitUntil(untilChange, patience, async () => {
    const container = await inspectContainer(compose, service);
    sightings.push({ at: clock.now().getTime(), container });
    const judged = judgeSightings(sightings);
    if (judged.kind !== 'waiting') return judged;
    onProgress(judged.message);
    return undefined;
  }).finally(() => changes.end());
  if (state?.kind === 'healthy') return;
  const { kind, message } = state ?? judgeAtDeadline(sightings);
  throw coreError(
    code ?? CODES[kind],
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
export async function smokeTest(project: ComposeProject, pin: Pin, options: SettleOptions): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-smoke-test-'));
  const overlay = join(directory, 'smoke-test.yml');
  await writeFile(overlay, overlayFor(options.service));
  const compose = createCompose({
    ...project,
    project: `${project.project}-smoke-test-${options.service}`,
    overlays: [overlay],
  });
  try {
    await pull(compose, options.service, pin);
    await start(compose, options.service, 'SMOKE_TEST_FAILED');
    await settle(compose, options, () => undefined, 'SMOKE_TEST_FAILED');
  } finally {
    // It holds nothing worth a graceful end. Never `--volumes`: a volume with a name of its own is removed whosever it
    // is, and the overlay leaves the service none.
    await compose.run('down', '--timeout', '0');
    await rm(directory, { recursive: true, force: true });
  }
}

/** `!reset` takes away what the base file says (compose 2.24); the data directory becomes memory, and no volume is used. */
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
