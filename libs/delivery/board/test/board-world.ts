import { createHash } from 'node:crypto';
import { coreError, deploy, lockTag, promote, rollback } from '@ehr/delivery-core';
import {
  createRecordingPorts,
  type RecordingPorts,
  reportOf,
  requestOf,
  silent,
} from '@ehr/delivery-core/testing';
import type { BoardPorts, ServicePorts } from '../src/index.ts';

const SERVICES = ['ehr-api', 'ehr-web'] as const;
const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
type Service = (typeof SERVICES)[number];
type Place = (typeof ENVIRONMENTS)[number];

/** Two services in three environments, in memory: the commands that change them are the real ones. */
export interface BoardWorld {
  readonly ports: BoardPorts;
  /** The ports to a service in an environment, whose `world` a test changes. */
  of(service: Service, environment: Place): RecordingPorts;
  /** A new commit of the service with this subject, built as an image that answers. */
  commit(service: Service, subject: string): void;
  ship(service: Service, environment: Place, release?: string): Promise<string>;
  promote(service: Service, from: Place, to: Place): Promise<string>;
  rollback(service: Service, environment: Place, to: string): Promise<string>;
  /** The registry of the service answers no more. */
  silence(service: Service): void;
  /** Somebody's run is at this step. */
  work(service: Service, environment: Place, step: string, address: string): void;
  /** Time passes. */
  later(milliseconds: number): void;
}

const START = Date.parse('2026-11-30T08:00:00Z');

/** A world in which nothing was deployed yet. */
export function createBoardWorld(): BoardWorld {
  let now = START;
  const subjects = new Map<string, string>();
  const silent_ = new Set<Service>();
  const all = new Map<string, RecordingPorts>();
  const shared = new Map(
    SERVICES.map((service) => [service, { documents: {}, tags: {}, identities: {}, line: [] as string[] }]),
  );
  for (const service of SERVICES) {
    for (const environment of ENVIRONMENTS) {
      const recording = createRecordingPorts({ service, environment, ...shared.get(service) });
      const ports = {
        ...recording,
        clock: {
          ...recording.clock,
          now: () => new Date(now),
          sleep: async (ms: number) => void (now += ms),
        },
        source: {
          ...recording.source,
          commit: async (revision: string) => {
            const found = [...subjects.keys()].find((one) => one.startsWith(revision));
            return found === undefined ? null : { revision: found, subject: subjects.get(found) ?? '' };
          },
          commits: async (from: string, to: string) => {
            const { line } = recording.world;
            const [first, last] = [from, to].map((end) => line.findIndex((one) => one.startsWith(end)));
            if (first === undefined || last === undefined || first < 0 || last < 0) return null;
            const between = line.slice(first + 1, last + 1).toReversed();
            return between.map((revision) => ({ revision, subject: subjects.get(revision) ?? '' }));
          },
        },
      };
      all.set(`${service} ${environment}`, ports);
    }
  }
  const of = (service: Service, environment: Place) => {
    const ports = all.get(`${service} ${environment}`);
    if (ports === undefined) throw new Error(`There is no ${service} in ${environment}.`);
    return ports;
  };
  const hash = (text: string, algorithm = 'sha256') => createHash(algorithm).update(text).digest('hex');
  return {
    of,
    commit: (service, subject) => {
      const content = hash(`${service} ${subject}`);
      const revision = hash(content, 'sha1');
      subjects.set(revision, subject);
      for (const environment of ENVIRONMENTS) {
        const { world } = of(service, environment);
        const built = `sha256:${hash(`${content} image`)}` as const;
        Object.assign(world, { fingerprint: content, revision, built });
        world.identities[built] = content;
        if (!world.line.includes(revision)) world.line.push(revision);
      }
    },
    ship: async (service, environment, release) => {
      const request = requestOf({ service, environment, release: release ?? null });
      return reportOf(await deploy(request, { ...of(service, environment), reporter: silent })).outcome;
    },
    promote: async (service, from, to) => {
      const ports = of(service, to);
      const origin = { environment: from, healthUrl: 'http://x/health', prober: of(service, from).prober };
      return reportOf(
        await promote(requestOf({ service, environment: to }), { ...ports, reporter: silent, origin }),
      ).outcome;
    },
    rollback: async (service, environment, to) => {
      const request = { ...requestOf({ service, environment }), to };
      return reportOf(await rollback(request, { ...of(service, environment), reporter: silent })).outcome;
    },
    silence: (service) => void silent_.add(service),
    work: (service, environment, step, address) => {
      of(service, environment).world.documents[lockTag(environment)] = JSON.stringify({
        ...{
          holder: 'ffffffffffff-1',
          run: 'f'.repeat(12),
          address,
          renewal: 1,
          lifeMs: 60_000,
          ended: false,
        },
        step,
      });
    },
    later: (milliseconds) => void (now += milliseconds),
    ports: {
      services: SERVICES,
      open: async (service, environment) => {
        const place = ENVIRONMENTS.find((name) => name === environment);
        const known = SERVICES.find((name) => name === service);
        if (place === undefined || known === undefined)
          throw coreError('OPTIONS_INVALID', `${environment} is not set up.`);
        const ports = of(known, place);
        const dead = async () => {
          throw coreError('SOURCE_UNREADABLE', 'The registry 127.0.0.1:5050 does not answer.');
        };
        const registry = silent_.has(known)
          ? {
              ...ports.registry,
              resolve: dead,
              listTags: dead,
              describe: dead,
              journal: { ...ports.registry.journal, read: dead },
            }
          : ports.registry;
        return { ...ports, registry, referrers };
      },
      origin: async (service, environment) => ({
        healthUrl: 'http://x/health',
        prober: of(service as Service, environment as Place).prober,
      }),
      accepted: async () => [
        {
          rule: 'named-secret',
          file: 'app/main.js',
          reason: 'The sample of a document, which opens nothing.',
        },
      ],
      migrations: async () => ['apps/ehr-api/src/database/migrations/0003-search.ts'],
      expire: () => undefined,
      now: () => new Date(now),
    },
  };
}

/** What a deploy attaches, shortened. */
const referrers: ServicePorts['referrers'] = {
  list: async (digest: string) => [
    { digest: `sha256:${'1'.repeat(64)}`, artifactType: 'application/vnd.cyclonedx+json' },
    { digest: digest as `sha256:${string}`, artifactType: 'application/vnd.in-toto+json' },
  ],
  readSbom: async () =>
    JSON.stringify({
      components: ['fastify', 'pg', 'zod'].map((name) => ({ name, version: '1.0.0', type: 'library' })),
    }),
  fetch: async (attachment) => ({
    subject: attachment,
    text: JSON.stringify({
      predicate: {
        buildDefinition: {
          internalParameters: { baseImage: 'node:24-slim' },
          resolvedDependencies: [{ uri: 'git+https://github.com/acme/ehr@abc' }],
        },
        runDetails: {
          builder: { id: 'https://github.com/acme/ehr/actions/runs/7' },
          metadata: {
            invocationId: 'https://github.com/acme/ehr/actions/runs/7/attempts/1',
            startedOn: '2026-11-30T08:00:00.000Z',
            finishedOn: '2026-11-30T08:01:00.000Z',
          },
        },
      },
    }),
  }),
};

/** The story of the demo: two releases, a bad one, a rollback, and a commit that waits in dev. */
export async function tellStory(world: BoardWorld): Promise<void> {
  const days = (count: number) => world.later(count * 86_400_000);
  for (const service of SERVICES) {
    world.commit(service, 'Feature');
    for (const environment of ENVIRONMENTS) await world.ship(service, environment);
  }
  days(2);
  await world.ship('ehr-api', 'prod', 'v1.0.0');
  days(3);
  world.commit('ehr-api', 'Break it');
  const bad = world.of('ehr-api', 'prod').world;
  bad.sick.push(bad.built);
  await world.ship('ehr-api', 'prod');
  days(1);
  world.commit('ehr-api', 'Second feature');
  await world.ship('ehr-api', 'dev');
  await world.ship('ehr-api', 'staging');
  await world.ship('ehr-api', 'prod', 'v1.1.0');
  days(1);
  await world.rollback('ehr-api', 'prod', 'v1.0.0');
  world.later(3_600_000);
  world.commit('ehr-api', 'Search by birth date');
  await world.ship('ehr-api', 'dev');
  world.later(600_000);
}
