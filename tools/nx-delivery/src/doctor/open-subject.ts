import { join } from 'node:path';
import { type Cosign, verifyingKey } from '@ehr/delivery-attest';
import {
  type DataPlace,
  type Environment,
  type Journal,
  otherHolder,
  type ProbeAnswer,
  type Registry,
  type Secret,
  type Target,
} from '@ehr/delivery-core';
import { type ConnectionOptions, healthUrl } from '@ehr/delivery-dokploy';
import { inspectRegistry, type Referrers, type RegistryInspector } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { readDataPlace } from '../dokploy-setup/read-data-place.ts';
import { baseImageOf } from '../fingerprint/base-image-of.ts';
import type { ServiceFacts } from '../options/option-schemas.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { systemClock } from '../ports/system-clock.ts';
import type { ProcessEnv } from '../process-env.ts';
import { createTarget } from '../wiring/create-target.ts';
import { openRegistry } from '../wiring/open-registry.ts';
import { openService, projectRootOf, readServiceFacts, servicesOf } from '../wiring/open-service.ts';
import { type Destination, readDestination } from '../wiring/read-destination.ts';
import { readSettings, readVariables, repositoryOf, type Settings } from '../wiring/read-settings.ts';
import { inspectDokploy, type InspectedDokploy } from './inspect-dokploy.ts';

/** How patient a doctor is: it reports, it does not wait for better times. */
export interface Patience {
  readonly dokploy: Pick<ConnectionOptions, 'patienceMs' | 'requestTimeoutMs' | 'retryDelayMs' | 'now'>;
  readonly registry: { readonly retries: number; readonly fetch?: typeof fetch };
}

const PATIENCE: Patience = {
  dokploy: { patienceMs: 1_000, retryDelayMs: 500, requestTimeoutMs: 10_000 },
  registry: { retries: 1 },
};

/** The service in one environment, as far as each check needs it: every fact is fetched when a check asks, and once. */
export interface Subject {
  readonly directory: string;
  /** The project's name. */
  readonly service: string;
  readonly environment: Environment;
  readonly facts: () => Promise<ServiceFacts>;
  readonly settings: () => Promise<Settings>;
  /** The reference of what the service's image is built on. */
  readonly base: () => Promise<string>;
  readonly destination: () => Promise<Destination>;
  /** The way there, also where the service's address is not known. */
  readonly via: () => Promise<Destination['via']>;
  readonly registry: () => Promise<RegistryInspector>;
  /** The same, as somebody else sees it. */
  readonly registryAs: (login: {
    readonly username: string;
    readonly password: Secret;
  }) => Promise<RegistryInspector>;
  /** The image the environment's tag names; null when there is none. */
  readonly image: () => Promise<Awaited<ReturnType<Registry['describe']>>>;
  /** What is attached to the service's images. */
  readonly referrers: () => Promise<Referrers>;
  readonly signatures: () => Promise<SignatureExpectation>;
  readonly journal: () => ReturnType<Journal['read']>;
  /** Who is at work in an environment, by its lock; null when nobody is. */
  readonly lockHolder: (environment: Environment) => Promise<string | null>;
  readonly dokploy: () => Promise<InspectedDokploy>;
  /** What the public address answers; null where the service never ran. */
  readonly answer: () => Promise<{ readonly url: string; readonly probe: ProbeAnswer } | null>;
  /** Where the service's image keeps its data; null where it keeps none. */
  readonly dataPlace: () => Promise<DataPlace | null>;
  /** What the platform tells of the service's set-up and its containers. */
  readonly target: () => Promise<Target>;
  /** All services of the workspace. */
  readonly services: readonly string[];
  readonly now: () => Date;
}

/** Whose signature an image should carry, as far as anybody says. */
interface SignatureExpectation {
  /** Null where there is nothing to verify with. */
  readonly cosign: Cosign | null;
  /** Whether deploys sign here. */
  readonly asked: boolean;
}

/** Opens what can be known of the service of `context` in an environment; nothing is asked yet. */
export function openSubject(
  environment: Environment,
  context: ExecutorContext,
  processEnv: ProcessEnv,
  patience: Patience = PATIENCE,
): Subject {
  const { root, projectName: service = '' } = context;
  const facts = once(async () => readServiceFacts(environment, {}, context));
  const variables = once(() => readVariables(root, environment, processEnv, projectRootOf(context)));
  const settings = once(async () => readSettings(await variables(), environment, processEnv));
  const destination = once(async () =>
    readDestination(environment, await variables(), (await facts()).variablePrefix),
  );
  const way = once(async () =>
    readDestination(environment, await variables(), (await facts()).variablePrefix, false),
  );
  const opened = once(() => openService(environment, {}, context, processEnv));
  const registryOptions = async () => {
    const known = await settings();
    return { ...repositoryOf(known, service), credentials: known.credentials, ...patience.registry };
  };
  const repository = once(async () => openRegistry(service, await settings(), processEnv, patience.registry));
  const now = patience.dokploy.now ?? Date.now;
  const dokploy = once(async () => {
    const known = await settings();
    const place = { name: service, environment, facts: await facts(), destination: await way() };
    const asked = { ...place, settings: known, repository: repositoryOf(known, service) };
    return inspectDokploy(asked, patience.dokploy);
  });
  return {
    directory: root,
    service,
    environment,
    facts,
    settings,
    base: async () => (await baseImageOf(join(root, projectRootOf(context) ?? ''), processEnv)).reference,
    destination,
    via: async () => (await way()).via,
    registry: once(async () => inspectRegistry(await registryOptions())),
    registryAs: async ({ username, password }) =>
      inspectRegistry({
        ...(await registryOptions()),
        credentials: async () => ({ username, password: password.reveal() }),
      }),
    image: once(async () => (await repository()).registry.describe(environment)),
    referrers: once(async () => (await repository()).referrers),
    signatures: once(async () => {
      const known = await settings();
      const key = verifyingKey(known, processEnv);
      const { cosign, signer } = await repository();
      return { cosign: key === null ? null : cosign(key), asked: signer !== null };
    }),
    journal: once(async () => (await repository()).registry.journal.read()),
    lockHolder: async (where) =>
      (await otherHolder(where, (await repository()).registry, null))?.name ?? null,
    dokploy,
    dataPlace: once(() => readDataPlace(context)),
    target: once(async () => {
      const service = await opened();
      // A key that is throttled fails on the sixth call: those that tell about the key come first.
      await dokploy().catch(() => undefined);
      // A doctor asks once: whoever does not answer now is told of.
      return createTarget({ ...service, facts: { ...service.facts, timeoutSeconds: 1 } }, root, systemClock);
    }),
    services: servicesOf(context),
    answer: once(async () => {
      const service = await opened();
      const { facts, destination } = service;
      const url =
        destination.via === 'docker compose'
          ? (await createTarget(service, root, systemClock).inspect()).healthUrl
          : healthUrl({ ...destination, healthPath: facts.healthPath });
      const signIn = 'publicUrl' in destination ? destination.publicUrl : undefined;
      return url === null ? null : { url, probe: await createHttpProber(signIn).probe(url) };
    }),
    now: () => new Date(now()),
  };
}

/** A fact that several checks need and that is fetched once, when the first of them asks; so is its failure. */
function once<T>(fetchIt: () => Promise<T>): () => Promise<T> {
  let fetched: Promise<T> | undefined;
  return () => (fetched ??= fetchIt());
}
