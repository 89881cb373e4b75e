import {
  coreError,
  DeliveryError,
  formatReference,
  hasCode,
  reasonOf,
  waitUntil,
  type PinnedReference,
} from '@ehr/delivery-core';
import type { ContainerHere, Deployment } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { readableLog } from './failure-log.ts';
import type { PinnedService } from './pinned-service.ts';
import { carries, type Timing } from './trigger-deploy.ts';

/** What following a deploy needs. */
interface SettleOptions {
  readonly service: PinnedService;
  /** Of the deploy's description. */
  readonly marker: string;
  /** As it was pinned. */
  readonly image: PinnedReference;
  /** Ids of the containers that ran before the trigger. */
  readonly containersBefore: readonly string[];
  /** A time of the clock, in milliseconds. */
  readonly deadline: number;
  readonly timing: Timing;
  readonly onProgress: (message: string) => void;
}

/**
 * Follows one deploy, from the queue over its record to its end. Its own record: never the newest one, never by title.
 * @throws DOKPLOY_DEPLOY_FAILED, DOKPLOY_DEPLOY_CANCELLED, DOKPLOY_PIN_LOST, DOKPLOY_NEVER_STARTED,
 * DOKPLOY_RECORD_VANISHED, DOKPLOY_TIMEOUT; SERVICE_CRASHES and SERVICE_UNHEALTHY for the containers.
 */
export async function settleDeploy(api: DokployApi, options: SettleOptions): Promise<void> {
  const { service, marker, deadline, onProgress, image, timing } = options;
  const { clock, pollMs, graceMs } = timing;
  let record: Deployment | undefined;
  let lastSeen = clock.now().getTime();
  let state = 'not seen yet';
  const done = await waitUntil(clock, { deadline, everyMs: pollMs }, async () => {
    const seen = await inspect(api, service, marker);
    const now = clock.now().getTime();
    if (seen.record !== undefined) {
      // It has started, so it has read its configuration: if that is ours now, it was ours then.
      // Inspected again at its end: another service of the same compose may have written over it.
      if (record === undefined || seen.record.status === 'done') await checkStillPinned(service, image);
      record = seen.record;
      if (record.status === 'done') return true;
      if (record.status === 'error') throw await failed(api, record, options);
      if (record.status === 'cancelled') throw cancelled(service);
    } else if (seen.ahead === null && now - lastSeen >= graceMs) {
      throw lost(service, record);
    }
    if (seen.record !== undefined || seen.ahead !== null) lastSeen = now;
    state = describe(seen);
    onProgress(state);
    return undefined;
  });
  if (done) return settleContainers(options);
  throw dokployError('DOKPLOY_TIMEOUT', `The deploy of ${service.label} did not end in time: ${state}.`);
}

interface Inspected {
  readonly record: Deployment | undefined;
  /** Jobs of the whole server before ours; null when it is not in the queue. */
  readonly ahead: number | null;
}

/** The queue first: between the two requests a job may only move on, from the queue into a record. */
async function inspect(api: DokployApi, service: PinnedService, marker: string): Promise<Inspected> {
  const queue = await api.queue();
  const record = (await service.deployments()).find((row) => carries(row.description, marker));
  const index = queue.findIndex((job) => service.owns(job) && carries(job.data.descriptionLog, marker));
  return { record, ahead: index === -1 ? null : queue.length - 1 - index };
}

function describe({ record, ahead }: Inspected): string {
  if (record !== undefined) return `Dokploy says ${record.status}`;
  if (ahead === null) return 'neither in the queue nor recorded yet';
  return ahead === 0 ? 'about to start' : `waiting in the queue behind ${ahead}`;
}

async function checkStillPinned(service: PinnedService, image: PinnedReference): Promise<void> {
  const { image: pinned } = await service.read();
  if (pinned !== null && formatReference(pinned) === formatReference(image)) return;
  const now = pinned === null ? 'none' : formatReference(pinned);
  throw dokployError(
    'DOKPLOY_PIN_LOST',
    `During the deploy of ${service.label} its image in Dokploy was changed to ${now}: a job takes what it finds when it starts.`,
  );
}

async function failed(
  api: DokployApi,
  { deploymentId }: Deployment,
  { service, image, containersBefore }: SettleOptions,
): Promise<DeliveryError> {
  // `up --wait` fails for a container that does not get healthy: then it is the image that failed, not Dokploy.
  const here = await containersOf(service).catch(() => []);
  const state = judgeContainers(here.filter(({ containerId }) => !containersBefore.includes(containerId)));
  if ('containerId' in state) return lostContainer(service, image, state, 'Dokploy could not deploy it');
  const log = await readableLog(service, image, () => api.log(deploymentId, 200));
  return dokployError(
    'DOKPLOY_DEPLOY_FAILED',
    `Dokploy could not deploy ${service.label}. Its log ends:\n${log}`,
  );
}

function cancelled(service: PinnedService): DeliveryError {
  return dokployError(
    'DOKPLOY_DEPLOY_CANCELLED',
    `Dokploy was restarted while it deployed ${service.label}; whether the new version came up is not known.`,
  );
}

function lost(service: PinnedService, record: Deployment | undefined): DeliveryError {
  if (record !== undefined) {
    return dokployError(
      'DOKPLOY_RECORD_VANISHED',
      `Dokploy's record of the deploy of ${service.label} was ${record.status} and is gone.`,
    );
  }
  return dokployError(
    'DOKPLOY_NEVER_STARTED',
    `Dokploy accepted the deploy of ${service.label}, but it is neither queued nor recorded: a restart lost its queue.`,
  );
}

/**
 * After `done`: waits until the service's own containers are healthy, where Dokploy can show them (a compose). Where
 * it cannot, the verification decides.
 * @throws SERVICE_CRASHES or SERVICE_UNHEALTHY with the container's last words.
 */
async function settleContainers({
  service,
  image,
  deadline,
  timing,
  onProgress,
}: SettleOptions): Promise<void> {
  let waiting = '';
  const state = await waitUntil(timing.clock, { deadline, everyMs: timing.pollMs }, async () => {
    const judged = judgeContainers(await containersOf(service));
    if (judged.kind !== 'waiting') return judged;
    waiting = judged.message;
    onProgress(`Dokploy says done; the container is ${waiting}`);
    return undefined;
  });
  if (state === undefined) {
    throw coreError(
      'SERVICE_UNHEALTHY',
      `Dokploy says done, but the container of ${service.label} did not get healthy in time: ${waiting}.`,
    );
  }
  if (state.kind === 'crashes' || state.kind === 'unhealthy')
    throw await lostContainer(service, image, state, 'Dokploy says done');
}

/** What to say of a container that crashes or is not well, beside what Dokploy says. */
async function lostContainer(
  service: PinnedService,
  image: PinnedReference,
  { kind, message, containerId }: Extract<ContainersState, { containerId: string }>,
  dokploySays: string,
): Promise<DeliveryError> {
  const log = await readableLog(service, image, () => service.containerLog(containerId));
  return coreError(
    kind === 'crashes' ? 'SERVICE_CRASHES' : 'SERVICE_UNHEALTHY',
    `${dokploySays}, but the container of ${service.label} ${message}. Its last words:\n${log}`,
  );
}

/** A key that may deploy but not inspect is enough; any other trouble is told. */
export async function containersOf(service: PinnedService) {
  try {
    return await service.containers();
  } catch (error) {
    if (hasCode(error, 'DOKPLOY_UNAUTHORIZED')) return [];
    const message = `Dokploy says done, but its containers cannot be inspected: ${reasonOf(error)}`;
    throw error instanceof DeliveryError ? error.reworded(message) : dokployError('DOKPLOY_REFUSED', message);
  }
}

/** What Docker tells of a service's containers, as far as a rollout depends on it. */
type ContainersState =
  | { readonly kind: 'healthy' }
  /** Nothing can be said: the verification decides. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'waiting'; readonly message: string }
  | { readonly kind: 'crashes' | 'unhealthy'; readonly message: string; readonly containerId: string };

/**
 * What Docker's own words (`Up 9 minutes (healthy)`, `Restarting (1) 1 second ago`) say about a compose after Dokploy
 * said done, which means no more than that `up -d` ended. One without a health check counts as healthy once it runs.
 */
export function judgeContainers(containers: readonly ContainerHere[]): ContainersState {
  if (containers.length === 0) return { kind: 'unknown' };
  const lost = containers.flatMap(({ status, containerId }) => {
    const loss = judgeStatus(status);
    return loss === null ? [] : [{ ...loss, containerId }];
  });
  const [first] = lost;
  if (first !== undefined) return first;
  const waiting = containers.find(
    ({ status }) => !status.startsWith('Up') || status.includes('health: starting'),
  );
  return waiting === undefined ? { kind: 'healthy' } : { kind: 'waiting', message: waiting.status };
}

function judgeStatus(status: string) {
  const crashes = (message: string) => ({ kind: 'crashes' as const, message });
  if (status.startsWith('Restarting')) return crashes(`crashes as it starts: ${status}`);
  if (status.startsWith('Exited') || status.startsWith('Dead')) return crashes(`ended: ${status}`);
  if (!status.includes('(unhealthy)')) return null;
  return { kind: 'unhealthy' as const, message: 'runs but its health check fails' };
}
