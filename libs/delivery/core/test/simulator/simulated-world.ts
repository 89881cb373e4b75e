import type { DeployRequest, Digest, JournalEntry, Ports, ProbeAnswer } from '../../src/index.ts';
import { createRecordingPorts, recordedRun, type World } from '../recording-ports.ts';
import { noOverrides, requestOf } from '../run-deploy.ts';
import { ancestry, type Commit, type Place, places, type Service, services } from './history.ts';

/** Two services in two environments: one registry repository a service, one clock for all. */
export interface SimulatedWorld {
  /** What the ports of a service in an environment read and write. */
  world(service: Service, place: Place): World;
  /** The branch of the environment has this head on the remote. */
  push(place: Place, head: Commit): void;
  /** Whether the commit of this id was made on top of the other. */
  isNewer(revision: string, commit: Commit): boolean;
  /** Ports of a new run that has the commit checked out. Every run before it is dead. */
  checkOut(service: Service, place: Place, commit: Commit): Ports;
  request(service: Service, place: Place, overrides?: DeployRequest['overrides']): DeployRequest;
}

/** A world in which nothing was deployed yet. */
export function createSimulatedWorld(): SimulatedWorld {
  let time = Date.parse('2026-01-01T00:00:00Z');
  let runs = 0;
  const clock: Ports['clock'] = {
    // Each look is later: no two entries of a journal are of one time.
    now: () => new Date((time += 1)),
    elapsed: () => time,
    every: () => () => undefined,
    sleep: async (milliseconds) => void (time += milliseconds),
  };
  const heads: Record<Place, Commit | null> = { staging: null, prod: null };
  const known = new Map<string, Commit>();
  const learn = (commit: Commit) => ancestry(commit).forEach((one) => known.set(one.id, one));
  const git = (head: () => Commit | null): Pick<Ports['source'], 'isAncestor' | 'tip' | 'tagged'> => ({
    isAncestor: async (older, newer) => {
      const [first, second] = [known.get(older), known.get(newer)];
      return first === undefined || second === undefined ? null : ancestry(second).includes(first);
    },
    tip: async () => head()?.id ?? null,
    tagged: async () => null,
  });
  const made = new Map<string, ReturnType<typeof createRecordingPorts>>();
  for (const service of services) {
    const shared = {
      service,
      tags: {} as Record<string, Digest>,
      records: [] as JournalEntry[],
      documents: {} as World['documents'],
      identities: {} as Record<Digest, string>,
      sick: [] as Digest[],
    };
    for (const place of places)
      made.set(`${service} ${place}`, createRecordingPorts({ ...shared, environment: place }));
  }
  const of = (service: Service, place: Place) => made.get(`${service} ${place}`)!;
  return {
    world: (service, place) => of(service, place).world,
    push: (place, head) => {
      learn(head);
      heads[place] = head;
    },
    isNewer: (revision, commit) => {
      const running = known.get(revision);
      return running !== undefined && running !== commit && ancestry(running).includes(commit);
    },
    checkOut: (service, place, commit) => {
      learn(commit);
      const ports = of(service, place);
      const { world } = ports;
      world.revision = commit.id;
      world.fingerprint = fingerprintOf(commit.content[service]);
      world.built = digestOf(commit.content[service]);
      world.identities[world.built] = world.fingerprint;
      runs += 1;
      return {
        ...ports,
        clock,
        prober: { probe: async (url) => withHealth(await ports.prober.probe(url), isSick(world)) },
        run: recordedRun(runs.toString(16).padStart(12, '0')),
        source: { ...ports.source, ...git(() => heads[place]) },
      };
    },
    request: (service, environment, overrides = noOverrides) =>
      requestOf({
        service,
        environment,
        overrides,
        platforms: ['linux/amd64'],
        probes: 1,
        timeoutSeconds: 1,
        windowSeconds: 0,
        smokeTest: false,
      }),
  };
}

function isSick({ running, sick }: World): boolean {
  const digest = running?.image.digest;
  return digest !== undefined && sick.includes(digest);
}

function withHealth(answer: ProbeAnswer, sick: boolean): ProbeAnswer {
  if (!sick || answer.kind === 'silence') return answer;
  return { ...answer, status: 503, body: { ...(answer.body as object), status: 'fail' } };
}

/** A build is reproducible: one content, one digest. */
export function digestOf(content: number): Digest {
  return `sha256:${content.toString(16).padStart(12, '0').padEnd(64, 'd')}`;
}

function fingerprintOf(content: number): string {
  return content.toString(16).padStart(12, '0').padEnd(64, 'f');
}
