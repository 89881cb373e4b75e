import {
  DeliveryError,
  type Clock,
  type Explanation,
  type Pin,
  type PinnedReference,
  type Target,
} from '@ehr/delivery-core';
import { randomUUID } from 'node:crypto';
import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi } from '../api/dokploy-api.ts';
import { dokployError } from '../dokploy-errors.ts';
import { applicationService } from './application-service.ts';
import { composeService } from './compose-service.ts';
import { healthUrl, type PublicAddress } from './health-url.ts';
import type { PinnedService, PinnedServiceOptions } from './pinned-service.ts';
import { containersOf, settleDeploy } from './settle-deploy.ts';
import { awaitTurn, deploymentNote, triggerDeploy, type Timing } from './trigger-deploy.ts';

/** The server, the service there, and how long to wait. */
export interface DokployTargetOptions
  extends Omit<ConnectionOptions, 'patienceMs' | 'now' | 'sleep'>, PinnedServiceOptions, PublicAddress {
  /** For each of: our turn and the write; the deploy itself. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Between two inspections (default 2 s). */
  readonly pollMs?: number;
  /** How long a deploy may be neither queued nor recorded (default 10 s). */
  readonly graceMs?: number;
  /** Names one attempt in Dokploy (default a random UUID). */
  readonly newMarker?: () => string;
}

/** What is remembered of the last trigger, to tell its traces from older ones. */
interface Triggered {
  readonly marker: string;
  readonly image: PinnedReference;
  readonly containersBefore: readonly string[];
  readonly tasksBefore: readonly string[];
}

/** The `Target` port over Dokploy's API: pins the digest, triggers, and follows its own deployment record. */
export function createDokployTarget(options: DokployTargetOptions): Target {
  const { timeoutMs, newMarker = randomUUID } = options;
  const timing: Timing = {
    clock: options.clock,
    pollMs: options.pollMs ?? 2_000,
    graceMs: options.graceMs ?? 10_000,
  };
  const { clock } = options;
  const now = () => clock.now().getTime();
  const connection = connect({ ...options, now, sleep: (milliseconds) => clock.sleep(milliseconds) });
  const make = options.kind === 'application' ? applicationService : composeService;
  /** Everything a verb asks is patient until that verb's own deadline, throttled keys included. */
  const within = (deadline: number) => {
    const api = createDokployApi(connection.until(deadline));
    return { api, service: make(api, options), deadline };
  };
  let triggered: Triggered | null = null;
  const trigger = async (pin: Pin): Promise<void> => {
    const { api, service, deadline } = within(now() + timeoutMs);
    triggered = null;
    await awaitTurn(api, service, deadline, timing);
    const [containers, tasks] = [await containersOf(service).catch(() => []), await tasksOf(service)];
    await service.write(pin);
    const marker = newMarker();
    await triggerDeploy(api, service, deploymentNote(options.service, pin, marker), marker, deadline, timing);
    const ids = (here: readonly { containerId: string }[]) => here.map(({ containerId }) => containerId);
    triggered = { marker, image: pin.image, containersBefore: ids(containers), tasksBefore: ids(tasks) };
  };

  return {
    name: `Dokploy ${options.kind} ${options.service}`,
    followsTag: false,
    inspect: async () => {
      const { service } = within(now() + timeoutMs);
      const { image, revision, version } = await service.read();
      const unknown = { digest: image?.digest ?? null, environment: null, keepsData: null };
      return { image, revision, version, ...unknown, healthUrl: healthUrl(options) };
    },
    // Dokploy has no place to start an image beside the running one without its data and address: the verification after the
    // rollout, and the undo, stand in for it.
    smokeTest: null,
    variablesFor: (pin) => within(now()).service.variablesFor(pin),
    trigger,
    restore: trigger,
    replicas: async () => null,
    explainPrevious: async () => {
      const { service } = within(now() + timeoutMs);
      return explainPrevious(service, triggered?.tasksBefore ?? []);
    },
    settle: async (onProgress) => {
      if (triggered === null) throw dokployError('DOKPLOY_NEVER_STARTED', 'No deploy was triggered.');
      const { api, service, deadline } = within(now() + timeoutMs);
      await settleDeploy(api, { ...triggered, service, deadline, timing, onProgress });
    },
  };
}

/**
 * Swarm puts the previous version back by itself when new tasks fail, and Dokploy says `done` for ever: only the list of
 * tasks tells. Those that were there before the trigger say nothing about this rollout.
 */
async function explainPrevious(
  service: PinnedService,
  tasksBefore: readonly string[],
): Promise<Explanation | null> {
  const tasks = await tasksOf(service);
  const news = tasks.filter(({ containerId }) => !tasksBefore.includes(containerId));
  const given = news.find(({ currentState }) => /^(Failed|Rejected)/.test(currentState));
  if (given === undefined) return null;
  const error = (given.error ?? '').replace(/^"|"$/g, '');
  return {
    rolledBack: given.currentState.startsWith('Failed'),
    message: `Docker Swarm gave the new task up: ${given.currentState}${error === '' ? '' : ` (${error})`}`,
  };
}

/** A key that may deploy but not look is enough: what cannot be had explains nothing. */
async function tasksOf(service: PinnedService) {
  try {
    return await service.tasks();
  } catch (error) {
    if (error instanceof DeliveryError) return [];
    throw error;
  }
}
