import { dokployError } from '../dokploy-errors.ts';
import { DeliveryError, coreError, reasonOf } from '@ehr/delivery-core';
import { judgeContainers } from './judge-containers.ts';
import type { ContainersVerdict } from './judge-containers.ts';
import { readableLog } from './failure-log.ts';
import type { PinnedService } from './pinned-service.ts';
import type { SettleOptions } from './settle-deploy.ts';

/**
 * After `done`: waits until the service's own containers are healthy, where Dokploy can show them (a compose); throws
 * SERVICE_CRASHES or SERVICE_UNHEALTHY with the container's last words. Where it cannot, the verification has the word.
 */
export async function settleContainers({
  service,
  image,
  deadline,
  timing,
  onProgress,
}: SettleOptions): Promise<void> {
  for (;;) {
    const verdict = judgeContainers(await containersOf(service));
    if (verdict.kind === 'healthy' || verdict.kind === 'unknown') return;
    const late = timing.now() + timing.pollMs > deadline;
    if (verdict.kind !== 'waiting') {
      throw await lostContainer(service, image, verdict, 'Dokploy says done');
    }
    if (late) {
      throw coreError(
        'SERVICE_UNHEALTHY',
        `Dokploy says done, but the container of ${service.label} did not get healthy in time: ${verdict.text}.`,
      );
    }
    onProgress(`Dokploy says done; the container is ${verdict.text}`);
    await timing.sleep(timing.pollMs);
  }
}

/** What to say of a container that crashes or is not well, beside what Dokploy says. */
export async function lostContainer(
  service: PinnedService,
  image: string,
  { kind, text, containerId }: Extract<ContainersVerdict, { containerId: string }>,
  dokploySays: string,
): Promise<DeliveryError> {
  const log = await readableLog(service, image, () => service.containerLog(containerId));
  return coreError(
    kind === 'crashes' ? 'SERVICE_CRASHES' : 'SERVICE_UNHEALTHY',
    `${dokploySays}, but the container of ${service.label} ${text}. Its last words:\n${log}`,
  );
}

/** A key that may deploy but not look is enough; any other trouble is told. */
export async function containersOf(service: PinnedService) {
  try {
    return await service.containers();
  } catch (error) {
    if (error instanceof DeliveryError && error.code === 'DOKPLOY_UNAUTHORIZED') return [];
    const message = `Dokploy says done, but its containers cannot be inspected: ${reasonOf(error)}`;
    throw error instanceof DeliveryError ? error.reworded(message) : dokployError('DOKPLOY_REFUSED', message);
  }
}
