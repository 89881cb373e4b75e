import {
  coreError,
  type Digest,
  fingerprintTag,
  formatReference,
  openJournal,
  type Pin,
  type Ports,
  type Run,
} from '../src/index.ts';
import { recordedDocuments } from './recorded-documents.ts';
import type { World } from './recorded-world.ts';

export type { World } from './recorded-world.ts';

/** Ports over a world in memory, and what was done through them. */
export interface RecordingPorts extends Ports {
  readonly world: World;
  /** Every write, in order: `push`, `tag local`, `trigger sha256:…`. */
  readonly calls: string[];
}

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;

/** Ports over a world in memory: they remember each write, and time passes only by sleeping. */
export function createRecordingPorts(changes: Partial<World> = {}): RecordingPorts {
  const world: World = {
    service: 'ehr-api',
    fingerprint: 'f'.repeat(64),
    environment: 'local',
    revision: 'abcdef1234567890',
    dirty: false,
    line: ['0123456', 'abcdef1234567890'],
    tip: null,
    gitTags: {},
    built: digest('b'),
    tags: {},
    documents: {},
    running: null,
    followsTag: false,
    deletes: true,
    keepsData: null,
    identities: { [digest('b')]: 'f'.repeat(64) },
    base: 'node:24',
    standInFor: null,
    schemas: {},
    database: null,
    sick: [],
    leaky: [],
    unfit: [],
    untrusted: {},
    canSign: true,
    platforms: ['linux/amd64', 'linux/arm64'],
    records: [],
    explanation: null,
    ...changes,
  };
  const calls: string[] = [];
  let time = Date.parse('2026-01-01T00:00:00Z');
  const digestOf = (pin: Pin | null): Digest | undefined => pin?.image.digest;
  const short = (value: string | undefined) => value?.slice(7, 10) ?? 'none';
  const documents = recordedDocuments(world, (entry) => {
    calls.push(entry.kind === 'released' ? 'record' : `record ${entry.kind}`);
    world.records.push(entry);
  });

  return {
    world,
    calls,
    run: recordedRun('0123456789ab'),
    trust: {
      doubt: async (image) => world.untrusted[image] ?? null,
      ready: async () => {
        if (!world.canSign) throw coreError('OPTIONS_INVALID', 'There is no key to sign with.');
      },
    },
    source: {
      source: async () => ({ revision: world.revision, branch: 'main', dirty: world.dirty }),
      fingerprint: async () => world.fingerprint,
      base: async () => world.base,
      commits: async (_from, to) => [{ revision: to, subject: 'What it is' }],
      commit: async (revision) => ({ revision, subject: 'What it is' }),
      isAncestor: async (older, newer) => {
        const [first, second] = [world.line.indexOf(older), world.line.indexOf(newer)];
        return first === -1 || second === -1 ? null : first <= second;
      },
      tip: async () => world.tip,
      tagged: async (tag) => (tag in world.gitTags ? (world.gitTags[tag] ?? null) : world.revision),
    },
    builder: {
      build: async () => {
        calls.push('build');
        return {
          directory: '/layout',
          digest: world.built,
          platforms: ['linux/amd64', 'linux/arm64'],
          fingerprint: world.fingerprint,
          standInFor: world.standInFor,
          schema: world.schemas[world.built] ?? null,
          blobBytes: 1000,
        };
      },
    },
    gate: {
      inspect: async (layout) => {
        const refused = world.leaky.includes(layout.digest);
        return {
          refusals: refused ? 1 : 0,
          warnings: 0,
          accepted: 0,
          message: refused ? 'app/.env holds a secret' : '',
        };
      },
    },
    attester: {
      ready: async () => undefined,
      attest: async (facts) => {
        calls.push(`attest ${short(facts.digest)}`);
        return 'SBOM and provenance';
      },
    },
    registry: {
      repository: { registry: '127.0.0.1:5050', repository: 'ehr-connect/ehr-api' },
      resolve: async (name) => {
        return world.tags[name] ?? (name in world.identities ? (name as Digest) : null);
      },
      listTags: async (prefix) =>
        Object.keys(world.tags)
          .filter((tag) => tag.startsWith(prefix))
          .sort(),
      push: async (layout) => {
        calls.push('push');
        return { digest: layout.digest, sentBytes: 1000, sentBlobs: 3, presentBlobs: 0 };
      },
      tag: async (value, name) => {
        calls.push(`tag ${name.startsWith('fingerprint-') ? 'fingerprint' : name} ${short(value)}`);
        world.tags[name] = value;
      },
      untag: async (name) => {
        calls.push(`untag ${name}`);
        if (world.deletes) delete world.tags[name];
        return world.deletes;
      },
      describe: async (name) => {
        const found = world.tags[name] ?? (name in world.identities ? (name as Digest) : undefined);
        if (found === undefined || world.platforms.length === 0) return null;
        return {
          digest: found,
          fingerprint: world.identities[found] ?? 'unknown',
          platforms: world.platforms,
          standInFor: world.standInFor,
          schema: world.schemas[found] ?? null,
          layers: Object.fromEntries(
            world.platforms.map((platform) => [platform, [{ digest: found, size: 1000 }]]),
          ),
        };
      },
      missingBytes: async ({ blobBytes }) => blobBytes,
      documents,
      journal: openJournal(world.service, documents),
    },
    target: {
      name: 'compose project test',
      get followsTag() {
        return world.followsTag;
      },
      inspect: async () => ({
        image: world.followsTag ? null : ((world.pinned ?? world.running)?.image ?? null),
        digest: null,
        environment: null,
        keepsData: world.keepsData,
        healthUrl: world.running === null ? null : 'http://127.0.0.1:4201/health',
        revision: world.running?.revision ?? null,
        version: world.running?.version ?? null,
      }),
      variablesFor: (pin) => ({ IMAGE: formatReference(pin.image), REVISION: pin.revision }),
      smokeTest: async (pin) => {
        calls.push(`smokeTest ${short(digestOf(pin))}`);
        if (world.unfit.includes(digestOf(pin) ?? digest('0')))
          throw coreError('SMOKE_TEST_FAILED', 'It crashed.');
      },
      trigger: async (pin) => {
        calls.push(`trigger ${short(digestOf(pin))}`);
        delete world.pinned;
        world.running = pin;
      },
      restore: async (pin) => {
        calls.push(`restore ${short(digestOf(pin))}`);
        delete world.pinned;
        world.running = pin;
      },
      replicas: async () =>
        world.running === null
          ? []
          : [{ image: world.running.image, state: 'running' as const, restarts: 0 }],
      explainPrevious: async () => world.explanation,
      settle: async () => {
        calls.push('settle');
        if (world.sick.includes(digestOf(world.running) ?? digest('0')))
          throw coreError('SERVICE_CRASHES', 'It is sick.');
      },
    },
    prober: {
      probe: async () => {
        const running = digestOf(world.running);
        if (running === undefined) return { kind: 'silence', message: 'nobody listens' };
        const identity = {
          service: world.service,
          version: '1',
          revision: 'r',
          fingerprint: world.identities[running] ?? 'unknown',
          ...(world.environment !== null && { environment: world.environment }),
          instance: `of ${short(running)}`,
          schema: world.database,
        };
        return { kind: 'answer', status: 200, body: { status: 'pass', ...identity, checks: {} } };
      },
    },
    clock: {
      now: () => new Date(time),
      elapsed: () => time,
      every: () => () => undefined,
      sleep: async (milliseconds) => {
        time += milliseconds;
      },
    },
  };
}

/** A run of this id, on somebody's machine. */
export function recordedRun(id: string): Run {
  return { id, address: null, lockLifeMs: 60_000, onInterrupt: () => () => undefined };
}

/** Puts an image into the world as if it had been deployed before. */
export function alreadyDeployed(ports: RecordingPorts, letter: string, fingerprint: string): Digest {
  const { world } = ports;
  const old = digest(letter);
  world.identities[old] = fingerprint;
  world.tags[fingerprintTag(fingerprint)] = old;
  world.tags['local'] = old;
  world.running = {
    image: { ...ports.registry.repository, tag: 'local', digest: old },
    revision: '0123456',
    version: 'unversioned',
  };
  return old;
}
