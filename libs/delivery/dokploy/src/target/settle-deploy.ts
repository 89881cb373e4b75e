import { dokployError } from '../dokploy-errors.ts';
import { DeliveryError } from '@ehr/delivery-core';
import type { Deployment } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import { carries } from './deployment-note.ts';
import { readableLog } from './failure-log.ts';
import type { PinnedService } from './pinned-service.ts';
import { judgeContainers } from './judge-containers.ts';
import { containersOf, lostContainer, settleContainers } from './settle-containers.ts';
import type { Timing } from './timing.ts';

export interface SettleOptions {
  readonly service: PinnedService;
  /** Of the deploy's description. */
  readonly marker: string;
  /** The pinned reference. */
  readonly image: string;
  /** Ids of the containers that ran before the trigger. */
  readonly containersBefore: readonly string[];
  readonly deadline: number;
  readonly timing: Timing;
  readonly onProgress: (state: string) => void;
}

/** Follows one deploy, from the queue over its record to its end. Its own record: never the newest one, never by title. */
export async function settleDeploy(api: DokployApi, options: SettleOptions): Promise<void> {
  const { service, marker, deadline, onProgress, image } = options;
  const { now, sleep, pollMs, graceMs } = options.timing;
  let record: Deployment | undefined;
  let lastSeen = now();
  let state = 'not seen yet';
  for (;;) {
    const seen = await look(api, service, marker);
    if (seen.record !== undefined) {
      // It has started, so it has read its configuration: if that is ours now, it was ours then.
      // Looked at again at its end: another service of the same compose may have written over it.
      if (record === undefined || seen.record.status === 'done') await checkStillPinned(service, image);
      record = seen.record;
      if (record.status === 'done') return settleContainers(options);
      if (record.status === 'error') throw await failed(api, record, options);
      if (record.status === 'cancelled') {
        throw dokployError(
          'DOKPLOY_DEPLOY_CANCELLED',
          `Dokploy was restarted while it deployed ${service.label}; whether the new version came up is not known.`,
        );
      }
    } else if (seen.ahead === null && now() - lastSeen >= graceMs) {
      throw lost(service, record);
    }
    if (seen.record !== undefined || seen.ahead !== null) lastSeen = now();
    state = describe(seen);
    onProgress(state);
    if (now() + pollMs > deadline) {
      throw dokployError('DOKPLOY_TIMEOUT', `The deploy of ${service.label} did not end in time: ${state}.`);
    }
    await sleep(pollMs);
  }
}

interface Sight {
  readonly record: Deployment | undefined;
  /** Jobs of the whole server before ours; null when it is not in the queue. */
  readonly ahead: number | null;
}

/** The queue first: between the two looks a job may only move on, from the queue into a record. */
async function look(api: DokployApi, service: PinnedService, marker: string): Promise<Sight> {
  const queue = await api.queue();
  const record = (await service.deployments()).find((row) => carries(row.description, marker));
  const index = queue.findIndex((job) => service.owns(job) && carries(job.data.descriptionLog, marker));
  return { record, ahead: index === -1 ? null : queue.length - 1 - index };
}

function describe({ record, ahead }: Sight): string {
  if (record !== undefined) return `Dokploy says ${record.status}`;
  if (ahead === null) return 'neither in the queue nor recorded yet';
  return ahead === 0 ? 'about to start' : `waiting in the queue behind ${ahead}`;
}

async function checkStillPinned(service: PinnedService, image: string): Promise<void> {
  const holding = await service.read();
  if (holding.image === image) return;
  throw dokployError(
    'DOKPLOY_PIN_LOST',
    `During the deploy of ${service.label} its image in Dokploy was changed to ${holding.image ?? 'none'}: a job takes what it finds when it starts.`,
  );
}

async function failed(
  api: DokployApi,
  { deploymentId }: Deployment,
  { service, image, containersBefore }: SettleOptions,
): Promise<DeliveryError> {
  // `up --wait` fails for a container that does not get healthy: then it is the image that failed, not Dokploy.
  const here = await containersOf(service).catch(() => []);
  const verdict = judgeContainers(here.filter(({ containerId }) => !containersBefore.includes(containerId)));
  if ('containerId' in verdict) return lostContainer(service, image, verdict, 'Dokploy could not deploy it');
  const log = await readableLog(service, image, () => api.log(deploymentId, 200));
  return dokployError(
    'DOKPLOY_DEPLOY_FAILED',
    `Dokploy could not deploy ${service.label}. Its log ends:\n${log}`,
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
