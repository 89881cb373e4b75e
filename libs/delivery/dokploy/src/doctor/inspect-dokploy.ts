import { DeliveryError, Secret } from '@ehr/delivery-core';
import type { RegistryEntry } from '../api/answers.ts';
import { connect, type ConnectionOptions } from '../api/connection.ts';
import { createDokployApi, type DokployApi } from '../api/dokploy-api.ts';
import type { PinnedServiceOptions } from '../target/pinned-service.ts';
import { inspectService, type ServiceFacts } from './inspect-service.ts';

/** The server, the key, and the service they are asked about. */
export type InspectOptions = ConnectionOptions & PinnedServiceOptions;

/** A fact, or why it could not be had. */
export type Fact<T> =
  { readonly known: true; readonly value: T } | { readonly known: false; readonly error: DeliveryError };

/** What a `doctor` judges; read only, and no fact keeps another from being read. */
export interface DokployFacts {
  /** Process and database answer; needs no key. */
  readonly reachable: Fact<true>;
  /** `v0.30.2`; known only with a valid key. */
  readonly version: Fact<string>;
  readonly service: Fact<ServiceFacts>;
  /** Host-wide registry log-ins, without passwords. A member's key may not read them: DOKPLOY_UNAUTHORIZED. */
  readonly registries: Fact<readonly Pick<RegistryEntry, 'registryUrl' | 'username'>[]>;
  /** Jobs of the whole server, this service's included. */
  readonly queued: Fact<QueueFacts>;
}

/** What Dokploy's queue holds. */
export interface QueueFacts {
  readonly all: number;
  readonly ofService: number;
  /** How long the job has been there that came first; 0 without jobs. */
  readonly oldestMs: number;
}

/** Versions whose behaviour was recorded; on another one the contract may have moved. */
export const knownVersions: readonly string[] = ['v0.30.2'];

/** Reads all facts one after the other; one that cannot be had is told and keeps no other from being read. */
export async function inspectDokploy(options: InspectOptions): Promise<DokployFacts> {
  const api = createDokployApi(connect(options));
  return {
    // One after the other: a throttled key fails on the sixth call, and then the first facts are there.
    reachable: await factOf(async () => {
      await api.ping();
      return true as const;
    }),
    version: await factOf(() => api.version()),
    service: await factOf(() => inspectService(api, options)),
    queued: await factOf(() => countJobs(api, options)),
    registries: await factOf(async () =>
      (await api.registries()).map(({ registryUrl, username }) => ({ registryUrl, username })),
    ),
  };
}

/** Throws DOKPLOY_UNREACHABLE unless process and database answer; for those who have no key. */
export async function pingDokploy(options: Omit<ConnectionOptions, 'apiKey'>): Promise<void> {
  await connect({ ...options, apiKey: new Secret('') }).ping();
}

async function countJobs(api: DokployApi, { id, now = Date.now }: InspectOptions): Promise<QueueFacts> {
  const jobs = await api.queue();
  const since = Math.min(...jobs.map(({ timestamp }) => timestamp ?? Infinity));
  const oldestMs = Number.isFinite(since) ? Math.max(0, now() - since) : 0;
  const ofService = jobs.filter(({ data }) => data.composeId === id || data.applicationId === id).length;
  return { all: jobs.length, ofService, oldestMs };
}

async function factOf<T>(ask: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, value: await ask() };
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    return { known: false, error };
  }
}
