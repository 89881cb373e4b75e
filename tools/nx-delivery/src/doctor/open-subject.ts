import type { DeployOptions, JournalEntry, JournalHeading, ProbeAnswer, Registry } from '@ehr/delivery-core';
import { readJournalHeadings } from '@ehr/delivery-core';
import type { ConnectionOptions } from '@ehr/delivery-dokploy';
import { healthUrl } from '@ehr/delivery-dokploy';
import { createCosign, signingKey, verifyingKey } from '@ehr/delivery-attest';
import { createReferrers, createRegistry, inspectRegistry } from '@ehr/delivery-registry';
import type { Cosign } from '@ehr/delivery-attest';
import type { Referrers, RegistryInspector } from '@ehr/delivery-registry';
import type { ExecutorContext } from '@nx/devkit';
import { createTarget } from '../delivery/create-target.ts';
import type { ServiceFacts } from '../delivery/create-target.ts';
import { readDestination } from '../delivery/read-destination.ts';
import type { Destination } from '../delivery/read-destination.ts';
import { readSettings } from '../delivery/read-settings.ts';
import type { Settings } from '../delivery/read-settings.ts';
import { serviceOptions } from '../delivery/service-options.ts';
import { createHttpProber } from '../ports/http-prober.ts';
import { askDokploy } from './ask-dokploy.ts';
import type { DokployAsked } from './ask-dokploy.ts';
import { once } from './once.ts';

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
  readonly service: () => Promise<{ readonly options: DeployOptions; readonly facts: ServiceFacts }>;
  readonly destination: () => Promise<Destination>;
  readonly registry: () => Promise<RegistryInspector>;
  /** The image the environment's tag names; null when there is none. */
  readonly image: () => Promise<Awaited<ReturnType<Registry['describe']>>>;
  /** What is attached to the service's images. */
  readonly referrers: () => Promise<Referrers>;
  readonly signatures: () => Promise<SignatureExpectation>;
  readonly journal: () => Promise<readonly JournalHeading[]>;
  readonly readEntry: (tag: string) => Promise<JournalEntry | null>;
  readonly dokploy: () => Promise<DokployAsked>;
  /** What the public address answers; null where the service never ran. */
  readonly answer: () => Promise<{ readonly url: string; readonly probe: ProbeAnswer } | null>;
  readonly now: () => Date;
}

/** Whose signature an image should carry, as far as anybody says. */
export interface SignatureExpectation {
  /** Null where there is nothing to verify with. */
  readonly cosign: Cosign | null;
  /** Whether deploys sign here. */
  readonly asked: boolean;
}

export function openSubject(
  environment: string,
  context: ExecutorContext,
  env: Readonly<Record<string, string | undefined>>,
  patience: Patience = PATIENCE,
): Subject {
  const settings = once(() => readSettings(context.root, environment, env));
  const service = once(async () => serviceOptions(environment, {}, await settings(), context));
  const destination = once(async () => {
    const { options, facts } = await service();
    return readDestination(options.environment, await settings(), facts.variablePrefix);
  });
  const registryOptions = async () => {
    const { options } = await service();
    const repository = `${options.namespace}/${options.service}`;
    const { registry, credentials } = await settings();
    return { registry, repository, credentials, ...patience.registry };
  };
  const repository = once(async () => createRegistry(await registryOptions()));
  const now = patience.dokploy.now ?? Date.now;
  return {
    directory: context.root,
    service,
    destination,
    registry: once(async () => inspectRegistry(await registryOptions())),
    image: once(async () => (await repository()).describe((await service()).options.environment)),
    referrers: once(async () => createReferrers(await registryOptions())),
    signatures: once(async () => {
      const known = await settings();
      const key = verifyingKey(known, env);
      const cosign = key === null ? null : createCosign({ ...(await registryOptions()), key, env });
      return { cosign, asked: signingKey(known, env) !== null };
    }),
    journal: once(async () => readJournalHeadings(await (await repository()).listTags())),
    readEntry: async (tag) => (await repository()).readEntry(tag),
    dokploy: once(async () =>
      askDokploy(await destination(), await service(), await settings(), patience.dokploy),
    ),
    answer: once(async () => {
      const url = await addressOf(await destination(), await service(), await settings(), context.root);
      return url === null ? null : { url, probe: await createHttpProber().probe(url) };
    }),
    now: () => new Date(now()),
  };
}

async function addressOf(
  destination: Destination,
  { options, facts }: Awaited<ReturnType<Subject['service']>>,
  settings: Settings,
  directory: string,
): Promise<string | null> {
  if (destination.via !== 'docker compose')
    return healthUrl({ ...destination, healthPath: options.healthPath });
  return (await createTarget(options, settings, facts, directory).observe()).healthUrl;
}
