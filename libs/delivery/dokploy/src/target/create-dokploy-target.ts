import { randomUUID } from 'node:crypto';
import {
  type Clock,
  DeliveryError,
  failingChecks,
  type Pin,
  type PinnedReference,
  type Prober,
  type Target,
} from '@ehr/delivery-core';
import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi } from '../api/dokploy-api.ts';
import { dokployError, untouched } from '../dokploy-errors.ts';
import { applicationService } from './application-service.ts';
import { composeService } from './compose-service.ts';
import { healthUrl, type PublicAddress } from './health-url.ts';
import type { PinnedServiceOptions } from './pinned-service.ts';
import { replicasOf, runningFacts } from './running-containers.ts';
import { containersOf } from './settle-containers.ts';
import { settleDeploy } from './settle-deploy.ts';
import { explainPrevious, tasksOf } from './settle-tasks.ts';
import { awaitTurn, deploymentNote, type Timing, triggerDeploy } from './trigger-deploy.ts';

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
  /** Asks the service itself which of its checks fail. */
  readonly prober?: Prober;
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
  /** Pins, and asks for a deploy. Until Dokploy took it, whatever fails leaves what runs untouched. */
  const rollOut = async (pin: Pin, verb: 'deploy' | 'redeploy'): Promise<void> => {
    const { api, service, deadline } = within(now() + timeoutMs);
    triggered = null;
    const { containers, tasks, putBack } = await before(async () => {
      await awaitTurn(api, service, deadline, timing);
      const here = { containers: await containersOf(service).catch(() => []), tasks: await tasksOf(service) };
      return { ...here, putBack: await service.write(pin) };
    });
    const marker = newMarker();
    const note = deploymentNote(options.service, pin, marker);
    try {
      await triggerDeploy(api, service, note, marker, deadline, timing, verb);
    } catch (error) {
      // Somebody's next deploy would take the pin. Whether that works or not, the refusal is what matters.
      if (error instanceof DeliveryError && error.effect === 'none') await putBack().catch(() => undefined);
      throw error;
    }
    const ids = (here: readonly { containerId: string }[]) => here.map(({ containerId }) => containerId);
    triggered = { marker, image: pin.image, containersBefore: ids(containers), tasksBefore: ids(tasks) };
  };

  return {
    name: `Dokploy ${options.kind} ${options.service}`,
    followsTag: false,
    inspect: async () => {
      const { api, service } = within(now() + timeoutMs);
      const state = await service.read();
      const { image, revision, version, environment } = state;
      const running = await runningFacts(api, service, state);
      return { image, revision, version, environment, ...running, healthUrl: healthUrl(options) };
    },
    // Dokploy has no place to start an image beside the running one without its data and address: the verification after the
    // rollout, and the undo, stand in for it.
    smokeTest: null,
    variablesFor: (pin) => within(now()).service.variablesFor(pin),
    trigger: (pin) => rollOut(pin, 'deploy'),
    restore: (pin) => rollOut(pin, 'redeploy'),
    replicas: async () => {
      const { api, service } = within(now() + timeoutMs);
      return replicasOf(api, service);
    },
    explainPrevious: async () => {
      const { service } = within(now() + timeoutMs);
      return explainPrevious(service, triggered?.tasksBefore ?? []);
    },
    settle: async (onProgress) => {
      if (triggered === null) throw dokployError('DOKPLOY_NEVER_STARTED', 'No deploy was triggered.');
      const { api, service, deadline } = within(now() + timeoutMs);
      const failingChecks = () => failingChecksOf(options);
      await settleDeploy(api, { ...triggered, service, deadline, timing, onProgress, failingChecks });
    },
  };
}

/** As the service tells them on its address: one whose health check fails still answers there. */
async function failingChecksOf(options: DokployTargetOptions): Promise<readonly string[]> {
  const { service, environment = '', prober } = options;
  const answer = (await prober?.probe(healthUrl(options))) ?? null;
  return failingChecks(answer, { service, environment, fingerprint: null });
}

/** Runs what comes before the deploy: its failure changed nothing that runs. */
async function before<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw untouched(error);
  }
}
