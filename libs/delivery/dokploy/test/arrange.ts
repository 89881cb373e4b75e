import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Clock, type DeliveryError, type Pin, Secret, type Target } from '@ehr/delivery-core';
import {
  type FakeDokploy,
  type FakeDokployOptions,
  type FakeService,
  type ServiceKind,
  startFakeDokploy,
} from '@ehr/testing-fakes';
import { expect, onTestFinished } from 'vitest';
import { createDokployTarget, type DokployTargetOptions, type SetUpOptions } from '../src/index.ts';

/** The repository of the tests, as text. */
export const repository = 'docker.io/acme/ehr-api';
/** The same as a value. */
export const reference = { registry: 'docker.io', repository: 'acme/ehr-api' };
/** A set-up of ehr-api in staging as a compose, by an owner. */
export function setUpOptions(fake: FakeDokploy, more: Partial<SetUpOptions> = {}): SetUpOptions {
  return {
    url: fake.url,
    apiKey: new Secret(fake.ownerKey),
    project: 'ehr-connect',
    environment: 'staging',
    service: 'ehr-api',
    kind: 'compose',
    composeFile: `services:\n  ehr-api:\n    image: ${repository}:\${API_IMAGE_TAG:?}\n`,
    image: `${repository}:staging`,
    ...more,
  };
}
/** Values that may appear in no error, log or progress. */
export const canaries = ['canary-database-password', 'canary-registry-password'];

const environment = [
  '# the API',
  "GREETING='good morning'  # quoted",
  'API_IMAGE_TAG=staging',
  'DATABASE_URL=postgres://ehr:canary-database-password@db/ehr',
  'EMPTY=',
  '',
  'CERT="-----BEGIN',
  'API_VERSION=not-a-variable',
  'END-----"',
].join('\n');

/** Of real time: a loaded machine is no failure. */
export const PATIENT = { timeout: 15_000 };
/** Takes what it is told and does nothing. */
export const quiet = () => undefined;

/** Real time, for targets that wait for real servers. */
export const realClock: Clock = {
  now: () => new Date(),
  elapsed: () => performance.now(),
  sleep: async (milliseconds) => void (await wait(milliseconds)),
  every: () => () => undefined,
};

/** A pin whose digest and revision consist of this digit. */
export function pinOf(digit: string): Pin {
  return {
    image: { ...reference, tag: 'staging', digest: `sha256:${digit.repeat(64)}` },
    revision: digit.repeat(40),
    version: `1.0.${digit}`,
  };
}

type Changes = Partial<DokployTargetOptions>;

/** A fake Dokploy with one service, and time of its own. */
export interface Arranged {
  readonly fake: FakeDokploy;
  readonly service: FakeService;
  /** Time that passes only when somebody sleeps. */
  readonly clock: { now: number; onSleep: () => void | Promise<void> };
  readonly target: (options?: Changes) => Target;
  /** Triggers a deploy of `pinOf('2')` and leaves it to the test to settle it. */
  readonly triggered: (options?: Changes) => Promise<Target>;
  /** The same, and settles it. */
  readonly deploy: (options?: Changes) => Promise<Target>;
  /** Until the newest record of the service has this status. */
  readonly reaches: (status: string) => Promise<void>;
  /** What a promise failed with; the server's key is among the secrets. */
  readonly failure: (promise: Promise<unknown>, ...secrets: string[]) => Promise<DeliveryError>;
}

/** Starts a fake Dokploy with ehr-api set up as this kind of service; it stops with the test. */
export async function arrange(kind: ServiceKind, options: FakeDokployOptions = {}): Promise<Arranged> {
  const clock: Arranged['clock'] = { now: 1_800_000_000_000, onSleep: () => {} };
  const fake = await startFakeDokploy({ now: () => clock.now, ...options });
  onTestFinished(() => fake.stop());
  const rules = kind === 'stack' ? '    deploy: { update_config: { failure_action: rollback } }\n' : '';
  const composeFile = `services:\n  ehr-api:\n    image: ${repository}:\${API_IMAGE_TAG:?}\n${rules}`;
  const service = fake.addService({ name: 'ehr-api', kind, sourceType: 'raw', composeFile });
  service.row.env = environment;
  if (kind === 'application') {
    const credentials = {
      username: 'puller',
      password: 'canary-registry-password',
      registryUrl: 'docker.io',
    };
    Object.assign(service.row, credentials, { sourceType: 'docker', dockerImage: `${repository}:staging` });
  }
  const target: Arranged['target'] = (more = {}) =>
    createDokployTarget({
      url: fake.url,
      apiKey: new Secret(fake.ownerKey),
      kind,
      id: service.id,
      service: 'ehr-api',
      repository: reference,
      variablePrefix: 'API',
      publicUrl: 'https://api.example.org/',
      healthPath: '/health',
      timeoutMs: 120_000,
      clock: {
        now: () => new Date(clock.now),
        elapsed: () => clock.now,
        every: () => () => undefined,
        sleep: async (milliseconds) => {
          clock.now += milliseconds;
          await clock.onSleep();
        },
      },
      ...more,
    });
  const triggered: Arranged['triggered'] = async (more) => {
    const made = target(more);
    await made.trigger(pinOf('2'));
    return made;
  };
  return {
    fake,
    service,
    clock,
    target,
    triggered,
    deploy: async (more) => {
      const made = await triggered(more);
      await made.settle(quiet);
      return made;
    },
    reaches: (status) => expect.poll(() => fake.rows(service.id)[0]?.status, PATIENT).toBe(status),
    failure: (promise, ...secrets) => failureOf(promise, [fake.ownerKey, ...secrets]),
  };
}

/** What a promise failed with; nothing about it may hold a secret. */
export async function failureOf(
  promise: Promise<unknown>,
  secrets: readonly string[],
): Promise<DeliveryError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  const shown = inspect(error, { depth: null }) + JSON.stringify(error);
  for (const secret of [...canaries, ...secrets]) expect(shown).not.toContain(secret);
  expect(error).toHaveProperty('code');
  return error as DeliveryError;
}
