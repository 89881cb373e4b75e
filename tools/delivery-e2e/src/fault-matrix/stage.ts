import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { waitUntil, wasReleased } from '@ehr/delivery-core';
import { createRegistry } from '@ehr/delivery-registry';
import { systemClock } from '@ehr/nx-delivery';
import {
  type DeployConfig,
  type DeployOutcome,
  type FakeDokploy,
  type FakeService,
  type Fault,
  type FaultProxy,
  type RunningState,
  startFakeDokploy,
  startFaultProxy,
} from '@ehr/testing-fakes';
import type { TestImage, TestImages } from './images.ts';
import { addPinnedService, DATABASE_PASSWORD, pinnedDigest } from './pinned-service.ts';
import { kindOf, type MatrixRequest } from './request-kind.ts';
import type { RunConfig } from './run-deploy.ts';
import { type RunningService, startRunningService } from './running-service.ts';
import { seedRelease } from './seed-release.ts';

/** May stand in nothing a run tells. */
export const REGISTRY_PASSWORD = 'canary-registry-password-71c4';

/** What the service is in Dokploy. */
export type Kind = RunConfig['kind'];
type Outcome = Partial<DeployOutcome> | undefined;
type Platform = (config: DeployConfig, before: RunningState) => Outcome | Promise<Outcome>;

/** Where one cell of the matrix is played: the old image runs and is released, everything is reached through proxies. */
export interface Stage {
  readonly images: TestImages;
  /** The new image's reference, as it is pinned. */
  readonly newImage: string;
  readonly fake: FakeDokploy;
  readonly service: FakeService;
  readonly running: RunningService;
  readonly requests: readonly MatrixRequest[];
  readonly secrets: readonly string[];
  config(image: TestImage, unblock?: string): RunConfig;
  /** What happens to each request from now on, to registry and Dokploy alike. */
  inject(rule: (request: MatrixRequest, number: number) => Fault | undefined): void;
  /** What comes of Dokploy's deploys from now on; undefined is a healthy one. */
  platform(play: Platform): void;
  /** Dokploy has nothing to do any more. */
  quiet(): Promise<void>;
  state(): Promise<StageState>;
  stop(): Promise<void>;
}

/** Where everything stands after a run. */
export interface StageState {
  readonly answers: 'old' | 'new' | 'nothing';
  readonly pinned: string;
  readonly environmentTag: string;
  /** Tags that never move, and what each names. */
  readonly exact: Readonly<Record<string, string>>;
  readonly released: boolean;
}

/** A stage on which the old image runs; `registryHost` is a real registry. */
export async function openStage(registryHost: string, images: TestImages, kind: Kind): Promise<Stage> {
  const namespace = `cell-${randomBytes(5).toString('hex')}`;
  let play: Platform = () => undefined;
  const fake = await startFakeDokploy({
    onDeploy: async (config, before) => {
      await wait(40); // A job is seen waiting, running and done.
      return play(config, before);
    },
  });
  const dokploy = await startFaultProxy(fake.url.replace('http://', ''));
  const registry = await startFaultProxy(registryHost);
  const apiKey = fake.addKey();
  const direct = createRegistry({
    registry: registryHost,
    repository: `${namespace}/ehr-api`,
    credentials: { username: 'matrix', password: REGISTRY_PASSWORD },
  });
  const repository = `${registry.host}/${namespace}/ehr-api`;
  const pin = `${repository}:staging@${images.old.digest}`;
  const service = addPinnedService(fake, kind, repository, pin, images.old.revision);
  await seedRelease(direct, images.old);
  const running = await startRunningService(() => fake.answering(service), images.fingerprints);
  const requests: MatrixRequest[] = [];
  const nameOf = (digest: string | null | undefined) =>
    digest === images.old.digest ? 'old' : digest === images.new.digest ? 'new' : (digest ?? 'nothing');

  return {
    images,
    newImage: `${repository}:staging@${images.new.digest}`,
    fake,
    service,
    running,
    requests,
    secrets: [apiKey, REGISTRY_PASSWORD, btoa(`matrix:${REGISTRY_PASSWORD}`), DATABASE_PASSWORD],
    config: (image, unblock) => ({
      registry: registry.host,
      namespace,
      password: REGISTRY_PASSWORD,
      dokploy: { url: `http://${dokploy.host}`, apiKey, id: service.id },
      kind,
      publicUrl: running.url,
      unblock: unblock ?? null,
      ...image,
    }),
    inject: (rule) => {
      requests.length = 0;
      for (const [side, proxy] of [
        ['registry', registry],
        ['dokploy', dokploy],
      ] as [MatrixRequest['side'], FaultProxy][]) {
        proxy.inject((seen) => {
          const request = { ...seen, side, kind: kindOf(side, seen) };
          requests.push(request);
          return rule(request, requests.length);
        });
      }
    },
    platform: (next) => {
      play = next;
    },
    quiet: async () => {
      const patience = { deadline: Date.now() + 60_000, everyMs: 10 };
      const isEmpty = async () => (fake.queue.list().length === 0 ? true : undefined);
      if (!(await waitUntil(systemClock, patience, isEmpty))) throw new Error('Dokploy stays busy.');
    },
    state: async () => {
      const tags = (await direct.listTags('')).filter((tag) => !/^(journal|lock)(-|$)/.test(tag));
      const exact = tags.filter((tag) => tag !== 'staging');
      const named = await Promise.all(
        exact.map(async (tag) => [tag, nameOf(await direct.resolve(tag))] as const),
      );
      const { entries } = await direct.journal.read();
      return {
        answers: await ask(running.url, images),
        pinned: nameOf(pinnedDigest(service, repository)),
        environmentTag: nameOf(await direct.resolve('staging')),
        exact: Object.fromEntries(named),
        released: wasReleased(entries, 'staging', images.new.digest),
      };
    },
    stop: async () => {
      await Promise.all([dokploy.stop(), registry.stop(), running.stop()]);
      await fake.stop();
    },
  };
}

async function ask(url: string, images: TestImages): Promise<StageState['answers']> {
  try {
    const { fingerprint } = (await (await fetch(`${url}/health`)).json()) as { fingerprint: string };
    return fingerprint === images.new.fingerprint
      ? 'new'
      : fingerprint === images.old.fingerprint
        ? 'old'
        : 'nothing';
  } catch {
    return 'nothing';
  }
}

/** Whether a deploy of Dokploy's is of the new image. */
export function isOfNew({ env, dockerImage }: DeployConfig, { images }: Stage): boolean {
  return `${env}${dockerImage ?? ''}`.includes(images.new.digest);
}
