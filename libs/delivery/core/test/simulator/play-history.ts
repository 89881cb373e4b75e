import {
  affected,
  DeliveryError,
  deploy,
  freezeOf,
  isBlocked,
  rollback,
  type RolloutResult,
} from '../../src/index.ts';
import { silent } from '../run-deploy.ts';
import {
  ancestry,
  type Commit,
  type Fate,
  type HistoryEvent,
  type Place,
  places,
  type Service,
  services,
} from './history.ts';
import { RunKilled, undergo } from './interruptible.ts';
import { createSimulatedWorld, digestOf } from './simulated-world.ts';

/** What came of a history. */
export interface Tally {
  /** Runs of CI that ended, green or red. */
  runs: number;
  green: number;
  /** How often, after a green run, a service ran other content than the run's commit, neither held nor blocked. */
  missed: number;
  /** A service was rolled out that ran the commit's content already. */
  needless: number;
}

/** Of a type written as `'a' | 'b'`, too. */
type EventOf<T> = HistoryEvent extends infer E
  ? E extends { type: infer U }
    ? T extends U
      ? E
      : never
    : never
  : never;

/** Plays a history with the real commands deciding and acting; an undisturbed run of each branch ends it. */
export async function playHistory(events: readonly HistoryEvent[]): Promise<Tally> {
  const here = createSimulatedWorld();
  const tally: Tally = { runs: 0, green: 0, missed: 0, needless: 0 };
  let numbers = 1;
  const first: Commit = { id: idOf(0), parent: null, content: { 'ehr-api': 0, 'ehr-web': 0 } };
  const heads: Record<Place, Commit> = { staging: first, prod: first };
  const headBack = (where: Place, back: number) => ancestry(heads[where]).at(back) ?? first;

  const runs = (service: Service, place: Place, commit: Commit) => {
    const { running, sick } = here.world(service, place);
    const digest = running?.image.digest;
    return digest === digestOf(commit.content[service]) && !sick.includes(digest);
  };
  const excused = (service: Service, place: Place, commit: Commit) => {
    const { running, records: journal } = here.world(service, place);
    // Something newer runs: a re-run, or a branch that was pushed back, takes nothing away.
    const isSuperseded = running !== null && here.isNewer(running.revision, commit);
    return (
      isSuperseded ||
      freezeOf(journal, place) !== undefined ||
      isBlocked(journal, place, digestOf(commit.content[service]))
    );
  };

  /** One service of a run; true when it is green. */
  async function job(service: Service, place: Place, commit: Commit, fate: Fate, counted: { calls: number }) {
    const ports = here.checkOut(service, place, commit);
    const before = runs(service, place, commit);
    return undergo(ports, service, fate, counted, async (worldly) => {
      const [need] = await affected(
        { environment: place, services: [service] },
        { open: async () => worldly },
      );
      if (need?.needed === false) return true;
      const result = await deploy(here.request(service, place), { ...worldly, reporter: silent });
      if (before && result.kind === 'ended' && result.report.outcome === 'deployed') tally.needless += 1;
      return isGreen(result);
    }).catch(redUnlessKilled);
  }

  async function run(place: Place, commit: Commit, fate: Fate): Promise<void> {
    if (fate.kind === 'skipped') return;
    here.push(place, heads[place]);
    tally.runs += 1;
    if (fate.kind === 'red-before') return;
    const counted = { calls: 0 };
    let green = true;
    for (const service of fate.kind === 'half' ? services.slice(0, 1) : services) {
      const ended = await job(service, place, commit, fate, counted);
      green &&= ended === true;
      if (ended === 'killed') break;
    }
    if (!green || fate.kind === 'half') return;
    tally.green += 1;
    tally.missed += services.filter(
      (service) => !runs(service, place, commit) && !excused(service, place, commit),
    ).length;
  }

  async function rollBack(service: Service, place: Place): Promise<void> {
    const ports = { ...here.checkOut(service, place, heads[place]), reporter: silent };
    await rollback({ ...here.request(service, place), to: null }, ports).catch(redUnlessKilled);
  }

  const play: {
    [T in HistoryEvent['type']]: (event: EventOf<T>) => Promise<void> | void;
  } = {
    commit: ({ touches, where }) => {
      const changed = Object.fromEntries(touches.map((service) => [service, numbers++]));
      for (const place of where) {
        const content = { ...heads[place].content, ...changed };
        heads[place] = { id: idOf(numbers++), parent: heads[place], content };
      }
    },
    revert: ({ where, back }) => {
      heads[where] = { id: idOf(numbers++), parent: heads[where], content: headBack(where, back).content };
    },
    'force-push': ({ where, back }) => void (heads[where] = headBack(where, back)),
    run: ({ where, fate }) => run(where, heads[where], fate),
    're-run': ({ where, back }) => run(where, headBack(where, back), { kind: 'undisturbed' }),
    rollback: ({ service, where }) => rollBack(service, where),
    lift: async ({ service, where, fate }) => {
      const overrides = {
        allowOlder: 'it is the head of the branch',
        unfreeze: 'the fix is here',
        unblock: 'it was the database',
      };
      here.push(where, heads[where]);
      const ports = here.checkOut(service, where, heads[where]);
      await undergo(ports, service, fate, { calls: 0 }, (worldly) =>
        deploy(here.request(service, where, overrides), { ...worldly, reporter: silent }),
      ).catch(redUnlessKilled);
    },
    sicken: ({ service, where }: { service: Service; where: Place }) => {
      const { sick } = here.world(service, where);
      const digest = digestOf(heads[where].content[service]);
      if (!sick.includes(digest)) sick.push(digest);
    },
    heal: ({ service, where }: { service: Service; where: Place }) => {
      here.world(service, where).sick.length = 0;
    },
    drift: ({ service, where }) => {
      const world = here.world(service, where);
      const [oldest] = world.records.filter(({ kind }) => kind === 'released');
      if (world.running === null || oldest === undefined) return;
      world.running = { ...world.running, image: { ...world.running.image, digest: oldest.digest } };
    },
  };
  for (const event of events) await play[event.type](event as never);
  for (const place of places) await run(place, heads[place], { kind: 'undisturbed' });
  return tally;
}

function isGreen(result: RolloutResult): boolean {
  return result.kind === 'ended' && result.report.error === null;
}

/** A refusal makes a run red; a kill ends it; anything else is a defect of the simulator or the core. */
function redUnlessKilled(error: unknown): false | 'killed' {
  if (error instanceof RunKilled) return 'killed';
  if (error instanceof DeliveryError) return false;
  throw error;
}

/** Unlike in its first seven digits: they name a commit's tag. */
function idOf(number: number): string {
  return number.toString(16).padStart(7, '0').padEnd(40, 'a');
}
