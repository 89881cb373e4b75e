import { type Clock, type DeliveryError, hasCode, type Pin, waitUntil } from '@ehr/delivery-core';
import type { QueuedJob } from '../api/answers.ts';
import type { DokployApi } from '../api/dokploy-api.ts';
import { dokployError, untouched } from '../dokploy-errors.ts';
import type { PinnedService } from './pinned-service.ts';

/** How the target waits. */
export interface Timing {
  readonly clock: Clock;
  /** Between two inspections of Dokploy; milliseconds. */
  readonly pollMs: number;
  /** How long a deploy may be neither waiting nor recorded before it counts as lost; milliseconds. */
  readonly graceMs: number;
}

interface DeploymentNote {
  readonly title: string;
  readonly description: string;
}

/**
 * What Dokploy shows of a deploy. The trigger returns no id, so the description ends with a marker of this one
 * attempt: by it alone the record is found again.
 */
export function deploymentNote(service: string, pin: Pin, marker: string): DeploymentNote {
  return {
    title: `${service} ${pin.version} (${pin.revision.slice(0, 7)})`,
    description: `service=${service} version=${pin.version} revision=${pin.revision} digest=${pin.image.digest} run=${marker}`,
  };
}

/** Whether a record's description ends with the marker of an attempt. */
export function carries(text: string | null | undefined, marker: string): boolean {
  return text?.endsWith(`run=${marker}`) === true;
}

/**
 * Waits until no earlier deploy of the service is queued: a queued job reads its configuration when it starts, so it
 * would take ours, and ours could start with another's.
 * @throws DOKPLOY_BUSY when they do not end before `deadline`, a time of the clock in milliseconds.
 */
export async function awaitTurn(
  api: DokployApi,
  service: PinnedService,
  deadline: number,
  { clock, pollMs }: Timing,
): Promise<void> {
  let before: readonly QueuedJob[] = [];
  const free = await waitUntil(clock, { deadline, everyMs: pollMs }, async () => {
    before = (await api.queue()).filter((job) => service.owns(job));
    return before.length === 0 ? true : undefined;
  });
  if (free) return;
  throw dokployError(
    'DOKPLOY_BUSY',
    `${before.length} earlier deploys of ${service.label} did not end in time (the oldest: ${before.at(-1)?.data.titleLog ?? 'untitled'}).`,
  );
}

/**
 * Asks for the deploy, or for one without a pull. An answer that got lost is not asked again before Dokploy was searched for the marker.
 * @throws DOKPLOY_UNREACHABLE when it stays silent until `deadline`, a time of the clock in milliseconds.
 */
export async function triggerDeploy(
  api: DokployApi,
  service: PinnedService,
  { title, description }: DeploymentNote,
  marker: string,
  deadline: number,
  timing: Timing,
  verb: 'deploy' | 'redeploy' = 'deploy',
): Promise<void> {
  let silence: DeliveryError | undefined;
  const asked = await waitUntil(timing.clock, { deadline, everyMs: timing.pollMs }, async () => {
    try {
      await service[verb](title, description);
      return true;
    } catch (error) {
      // A refusal is an answer: nothing was begun, unless an earlier request was.
      if (!hasCode(error, 'DOKPLOY_UNREACHABLE')) throw silence === undefined ? untouched(error) : error;
      silence = error;
      return isKnown(api, service, marker, timing);
    }
  });
  if (asked === undefined && silence !== undefined) throw silence;
}

/** Looked for during the grace: a request under way when the line broke may still be acted on. */
async function isKnown(
  api: DokployApi,
  service: PinnedService,
  marker: string,
  { clock, pollMs, graceMs }: Timing,
): Promise<true | undefined> {
  const patience = { deadline: clock.now().getTime() + graceMs, everyMs: pollMs };
  return waitUntil(clock, patience, async () => {
    const queued = (await api.queue()).some((job) => carries(job.data.descriptionLog, marker));
    const known = queued || (await service.deployments()).some((row) => carries(row.description, marker));
    return known ? true : undefined;
  });
}
