import { dokployError } from '../dokploy-errors.ts';
import { DeliveryError } from '@ehr/delivery-core';
import type { DokployApi } from '../api/dokploy-api.ts';
import { carries } from './deployment-note.ts';
import type { DeploymentNote } from './deployment-note.ts';
import type { PinnedService } from './pinned-service.ts';
import type { Timing } from './timing.ts';

/**
 * Waits until no earlier deploy of the service is queued: a queued job reads its configuration when it starts, so it
 * would take ours, and ours could start with another's.
 */
export async function awaitTurn(
  api: DokployApi,
  service: PinnedService,
  deadline: number,
  { now, sleep, pollMs }: Timing,
): Promise<void> {
  for (;;) {
    const before = (await api.queue()).filter((job) => service.owns(job));
    if (before.length === 0) return;
    if (now() + pollMs > deadline) {
      throw dokployError(
        'DOKPLOY_BUSY',
        `${before.length} earlier deploys of ${service.label} did not end in time (the oldest: ${before.at(-1)?.data.titleLog ?? 'untitled'}).`,
      );
    }
    await sleep(pollMs);
  }
}

/** Asks for the deploy. An answer that got lost is not asked again before Dokploy was looked through for the marker. */
export async function triggerDeploy(
  api: DokployApi,
  service: PinnedService,
  note: DeploymentNote,
  marker: string,
  deadline: number,
  timing: Timing,
): Promise<void> {
  for (;;) {
    try {
      return await service.deploy(note.title, note.description);
    } catch (error) {
      if (!(error instanceof DeliveryError) || error.code !== 'DOKPLOY_UNREACHABLE') throw error;
      if (await isKnown(api, service, marker, timing)) return;
      if (timing.now() + timing.pollMs > deadline) throw error;
      await timing.sleep(timing.pollMs);
    }
  }
}

/** Looked for during the grace: a request under way when the line broke may still be acted on. */
async function isKnown(
  api: DokployApi,
  service: PinnedService,
  marker: string,
  { now, sleep, pollMs, graceMs }: Timing,
): Promise<boolean> {
  const until = now() + graceMs;
  for (;;) {
    const queued = (await api.queue()).some((job) => carries(job.data.descriptionLog, marker));
    if (queued || (await service.deployments()).some((row) => carries(row.description, marker))) return true;
    if (now() + pollMs > until) return false;
    await sleep(pollMs);
  }
}
