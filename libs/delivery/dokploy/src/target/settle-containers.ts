import {
  coreError,
  DeliveryError,
  hasCode,
  reasonOf,
  waitUntil,
  type PinnedReference,
} from '@ehr/delivery-core';
import { dokployError } from '../dokploy-errors.ts';
import { readableLog } from './failure-log.ts';
import { judgeContainers, type ContainersState } from './judge-containers.ts';
import type { PinnedService } from './pinned-service.ts';
import type { SettleOptions } from './settle-options.ts';

/**
 * After `done`: waits until the service's own containers are healthy, where Dokploy can show them (a compose). Where
 * it cannot, the verification decides.
 * @throws SERVICE_CRASHES or SERVICE_UNHEALTHY with the container's last words.
 */
export async function settleContainers({
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
export async function lostContainer(
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
