import {
  coreError,
  fingerprintTag,
  formatReference,
  journalTag,
  type Digest,
  type Explanation,
  type JournalEntry,
  type Pin,
  type Ports,
} from '../src/index.ts';

/** The state the ports read and write; a test sets it up and looks at it afterwards. */
export interface World {
  service: string;
  fingerprint: string;
  revision: string;
  dirty: boolean;
  /** What a build gives. */
  built: Digest;
  tags: Record<string, Digest>;
  running: Pin | null;
  /** Image digest → the fingerprint it answers with. */
  identities: Record<Digest, string>;
  /** Digests whose containers never become healthy, once rolled out. */
  sick: Digest[];
  /** Digests the gate refuses. */
  leaky: Digest[];
  /** Digests whose smoke test fails. */
  unfit: Digest[];
  records: JournalEntry[];
  /** What the platform says about a previous version that still answers. */
  explanation: Explanation | null;
}

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
    revision: 'abcdef1234567890',
    dirty: false,
    built: digest('b'),
    tags: {},
    running: null,
    identities: { [digest('b')]: 'f'.repeat(64) },
    sick: [],
    leaky: [],
    unfit: [],
    records: [],
    explanation: null,
    ...changes,
  };
  const calls: string[] = [];
  const locks = new Map<string, string>();
  let time = Date.parse('2026-01-01T00:00:00Z');
  const digestOf = (pin: Pin | null): Digest | undefined => pin?.image.digest;
  const short = (value: string | undefined) => value?.slice(7, 10) ?? 'none';

  return {
    world,
    calls,
    run: { id: '0123456789ab', address: null, lockLifeMs: 600_000, onInterrupt: () => () => undefined },
    source: {
      source: async () => ({ revision: world.revision, branch: 'main', dirty: world.dirty }),
      fingerprint: async () => world.fingerprint,
      commits: async (_from, to) => [{ revision: to, subject: 'What it is' }],
      isAncestor: async () => true,
      tip: async () => world.revision,
      tagged: async () => null,
    },
    builder: {
      build: async () => {
        calls.push('build');
        return {
          directory: '/layout',
          digest: world.built,
          platforms: ['linux/amd64', 'linux/arm64'],
          fingerprint: world.fingerprint,
          blobBytes: 1000,
        };
      },
    },
    gate: {
      inspect: async (layout) => {
        const refused = world.leaky.includes(layout.digest);
        return { refusals: refused ? 1 : 0, warnings: 0, message: refused ? 'app/.env holds a secret' : '' };
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
      resolve: async (name) => world.tags[name] ?? (name in world.identities ? (name as Digest) : null),
      listTags: async () => Object.keys(world.tags),
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
        delete world.tags[name];
        return true;
      },
      readLock: async (environment) => locks.get(environment) ?? null,
      writeLock: async (environment, content) => void locks.set(environment, content),
      describe: async (name) => {
        const found = world.tags[name] ?? (name in world.identities ? (name as Digest) : undefined);
        if (found === undefined) return null;
        return {
          digest: found,
          fingerprint: world.identities[found] ?? 'unknown',
          platforms: ['linux/amd64'],
        };
      },
      missingBytes: async ({ blobBytes }) => blobBytes,
      record: async (entry) => {
        if (entry.kind !== 'locked' && entry.kind !== 'unlocked') {
          calls.push(entry.kind === 'released' ? 'record' : `record ${entry.kind}`);
          world.records.push(entry);
        }
        world.tags[journalTag(entry)] = digest('e');
      },
      readEntry: async (tag) => world.records.find((entry) => journalTag(entry) === tag) ?? null,
    },
    target: {
      name: 'compose project test',
      followsTag: false,
      inspect: async () => ({
        image: world.running?.image ?? null,
        digest: digestOf(world.running) ?? null,
        environment: null,
        keepsData: null,
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
        world.running = pin;
      },
      restore: async (pin) => {
        calls.push(`restore ${short(digestOf(pin))}`);
        world.running = pin;
      },
      replicas: async () => null,
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
        };
        return { kind: 'answer', status: 200, body: { status: 'pass', ...identity, checks: {} } };
      },
    },
    clock: {
      now: () => new Date(time),
      sleep: async (milliseconds) => {
        time += milliseconds;
      },
    },
  };
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
