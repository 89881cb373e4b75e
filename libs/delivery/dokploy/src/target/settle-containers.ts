import {
  coreError,
  DeliveryError,
  hasCode,
  type PinnedReference,
  reasonOf,
  waitUntil,
} from '@ehr/delivery-core';
import { dokployError } from '../dokploy-errors.ts';
import { readableLog } from './failure-log.ts';
import { type ContainersState, judgeSightings, type Sighting, WATCH_MS } from './judge-containers.ts';
import type { PinnedService } from './pinned-service.ts';
import type { Timing } from './trigger-deploy.ts';

/** What looking at a service's containers needs. */
export interface ContainersOptions {
  readonly service: PinnedService;
  /** As it was pinned. */
  readonly image: PinnedReference;
  /** Ids of the containers that ran before the trigger. */
  readonly containersBefore: readonly string[];
  /** A time of the clock, in milliseconds. */
  readonly deadline: number;
  readonly timing: Timing;
  readonly onProgress: (message: string) => void;
  /** The names of the checks that fail, as the service itself tells them on its address; none where it does not. */
  readonly failingChecks: () => Promise<readonly string[]>;
}

/** Between two looks at containers; a loop shows only to who looks often. Milliseconds. */
const LOOK_MS = 500;

/**
 * After `done`: waits until the service's own containers are healthy, where Dokploy can show them (a compose). Where
 * it cannot, the verification decides.
 * @throws SERVICE_CRASHES, DEPENDENCY_MISSING or SERVICE_UNHEALTHY with the container's last words.
 */
export async function settleContainers(options: ContainersOptions): Promise<void> {
  const { service, deadline, onProgress } = options;
  const waitsFor = ['waiting', 'not-started'] as const;
  const { state, waiting } = await watch(options, deadline, waitsFor, (message) =>
    onProgress(`Dokploy says done; the container is ${message}`),
  );
  if (state === undefined) {
    throw coreError(
      'SERVICE_UNHEALTHY',
      `Dokploy says done, but the container of ${service.label} did not get healthy in time: ${waiting}${await checksIn(options)}.`,
    );
  }
  if ('containerId' in state) throw await lostContainer(options, state, 'Dokploy says done');
}

/**
 * After `error`: whether it is a new container that failed, and not Dokploy. Null when the containers do not say so;
 * `not-started` when Docker could not even start it, as for a port that is taken.
 * `up --wait` fails at the first end of a container, which may come up all the same a moment later.
 */
export async function findLostContainer(
  options: ContainersOptions,
): Promise<DeliveryError | 'not-started' | null> {
  const { service, timing, deadline, containersBefore } = options;
  const until = Math.min(deadline, timing.clock.now().getTime() + WATCH_MS + 2 * LOOK_MS);
  const quiet = () => undefined;
  const news = {
    ...options,
    service: {
      ...service,
      containers: async () =>
        (await service.containers()).filter(({ containerId }) => !containersBefore.includes(containerId)),
    },
  };
  const seen = await watch(news, until, ['waiting'], quiet).catch(() => null);
  if (seen?.state?.kind === 'not-started') return 'not-started';
  if (seen?.state === undefined || !('containerId' in seen.state)) return null;
  return lostContainer(options, seen.state, 'Dokploy could not deploy it');
}

/** Looks until the containers say something for sure; `state` is undefined when they do not in time. */
async function watch(
  { service, timing: { clock, pollMs } }: ContainersOptions,
  deadline: number,
  waitsFor: readonly ContainersState['kind'][],
  onWaiting: (message: string) => void,
): Promise<{ readonly state: ContainersState | undefined; readonly waiting: string }> {
  const sightings: Sighting[] = [];
  let waiting = '';
  const patience = { deadline, everyMs: Math.min(pollMs, LOOK_MS) };
  const state = await waitUntil(clock, patience, async () => {
    const containers = await containersOf(service);
    sightings.push({ at: clock.now().getTime(), containers });
    const judged = judgeSightings(sightings);
    if (!('message' in judged) || !waitsFor.includes(judged.kind)) return judged;
    waiting = judged.message;
    onWaiting(waiting);
    return undefined;
  });
  return { state, waiting };
}

const CODES = {
  crashes: 'SERVICE_CRASHES',
  lacking: 'DEPENDENCY_MISSING',
  unhealthy: 'SERVICE_UNHEALTHY',
} as const;

/** What to say of a container that crashes or is not well, beside what Dokploy says. */
async function lostContainer(
  options: ContainersOptions,
  { kind, message, containerId }: Extract<ContainersState, { containerId: string }>,
  dokploySays: string,
): Promise<DeliveryError> {
  const { service, image } = options;
  const checks = kind === 'unhealthy' ? await checksIn(options) : '';
  const log = await readableLog(service, image, () => service.containerLog(containerId));
  return coreError(
    CODES[kind],
    `${dokploySays}, but the container of ${service.label} ${message}${checks}. Its last words:\n${log}`,
  );
}

async function checksIn({ failingChecks }: ContainersOptions): Promise<string> {
  const names = await failingChecks().catch(() => []);
  return names.length === 0 ? '' : ` (${names.join('; ')})`;
}

/** A key that may deploy but not inspect is enough; any other trouble is told. */
export async function containersOf(service: Pick<PinnedService, 'containers'>) {
  try {
    return await service.containers();
  } catch (error) {
    if (hasCode(error, 'DOKPLOY_UNAUTHORIZED')) return [];
    const message = `Dokploy says done, but its containers cannot be inspected: ${reasonOf(error)}`;
    throw error instanceof DeliveryError ? error.reworded(message) : dokployError('DOKPLOY_REFUSED', message);
  }
}
