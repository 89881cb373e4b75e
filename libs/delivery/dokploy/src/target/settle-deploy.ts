import { type DeliveryError, formatReference, type PinnedReference, waitUntil } from '@ehr/delivery-core';
import type { Deployment } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { readableLog } from './failure-log.ts';
import type { PinnedService } from './pinned-service.ts';
import { type ContainersOptions, findLostContainer, settleContainers } from './settle-containers.ts';
import { settleTasks } from './settle-tasks.ts';
import { carries } from './trigger-deploy.ts';

/** What following a deploy needs. */
interface SettleOptions extends ContainersOptions {
  /** Of the deploy's description. */
  readonly marker: string;
  /** Ids of the tasks that were listed before the trigger. */
  readonly tasksBefore: readonly string[];
}

/**
 * Follows one deploy, from the queue over its record to its end. Its own record: never the newest one, never by title.
 * @throws DOKPLOY_DEPLOY_FAILED, DOKPLOY_NOT_STARTED, DOKPLOY_DEPLOY_CANCELLED, DOKPLOY_PIN_LOST, DOKPLOY_NEVER_STARTED,
 * DOKPLOY_RECORD_VANISHED, DOKPLOY_TIMEOUT; SERVICE_CRASHES, DEPENDENCY_MISSING and
 * SERVICE_UNHEALTHY for the containers.
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
  if (done) return service.kind === 'compose' ? settleContainers(options) : settleTasks(options);
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
  options: SettleOptions,
): Promise<DeliveryError> {
  // `up --wait` fails for a container that does not get healthy: then it is the image that failed, not Dokploy.
  const lost = await findLostContainer(options);
  if (lost instanceof Error) return lost;
  const { service, image } = options;
  const log = await readableLog(service, image, () => api.log(deploymentId, 200));
  if (lost === 'not-started') {
    return dokployError(
      'DOKPLOY_NOT_STARTED',
      `Docker could not start the new container of ${service.label}. Dokploy’s log ends:\n${log}`,
    );
  }
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
