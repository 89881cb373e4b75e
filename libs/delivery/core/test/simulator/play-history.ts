import {
  DeliveryError,
  candidateNamed,
  carryOut,
  deploy,
  freezeOf,
  isBlocked,
  parseReference,
  planRollout,
  readEnvironment,
  readJournalHeadings,
} from '../../src/index.ts';
import { ancestry, places, services } from './history.ts';
import type { Commit, Fate, HistoryEvent, Place, Service } from './history.ts';
import { RunKilled, undergo } from './interruptible.ts';
import type { Rule } from './rules.ts';
import { createSimulatedWorld, digestOf } from './simulated-world.ts';

export interface Tally {
  /** Runs of CI that ended, green or red. */
  runs: number;
  green: number;
  /** How often, after a green run, a service ran other content than the run's commit, neither held nor blocked. */
  missed: number;
  /** A service was deployed that ran the commit's content already. */
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

const silent = { planned: () => undefined, event: () => undefined };

/** Plays a history under a rule, with the real core deciding and acting; an undisturbed run of each branch ends it. */
export async function playHistory(events: readonly HistoryEvent[], rule: Rule): Promise<Tally> {
  const here = createSimulatedWorld();
  const tally: Tally = { runs: 0, green: 0, missed: 0, needless: 0 };
  let numbers = 1;
  const first: Commit = { id: idOf(0), parent: null, content: { 'ehr-api': 0, 'ehr-web': 0 } };
  const heads: Record<Place, Commit> = { staging: first, prod: first };
  const successes: Record<Place, Commit[]> = { staging: [], prod: [] };
  const headBack = (where: Place, back: number) => ancestry(heads[where]).at(back) ?? first;

  const runs = (service: Service, place: Place, commit: Commit) => {
    const { running, sick } = here.world(service, place);
    const digest = running === null ? undefined : parseReference(running.image)?.digest;
    return digest === digestOf(commit.content[service]) && !sick.includes(digest);
  };
  const excused = (service: Service, place: Place, commit: Commit) => {
    const journal = readJournalHeadings(Object.keys(here.world(service, place).tags));
    return freezeOf(journal, place) !== undefined || isBlocked(journal, digestOf(commit.content[service]));
  };

  /** One service of a run; true when it is green. */
  async function job(service: Service, place: Place, commit: Commit, fate: Fate, counted: { calls: number }) {
    const options = here.options(service, place);
    const ports = here.checkOut(service, place, commit);
    const before = runs(service, place, commit);
    return undergo(ports, fate, counted, async (worldly) => {
      const question = { service, commit, options, ports: worldly, successes: successes[place] };
      if (!(await rule.deploys(question))) return true;
      if (before) tally.needless += 1;
      return (await deploy(options, worldly, silent))?.error === null;
    }).catch(redUnlessKilled);
  }

  async function run(place: Place, commit: Commit, fate: Fate): Promise<void> {
    if (fate.kind === 'skipped') return;
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
    successes[place].push(commit);
    tally.missed += services.filter(
      (service) => !runs(service, place, commit) && !excused(service, place, commit),
    ).length;
  }

  async function rollBack(service: Service, place: Place): Promise<void> {
    const ports = here.checkOut(service, place, heads[place]);
    const decide = async () => {
      const snapshot = await readEnvironment(place, [place], ports);
      const candidate = await candidateNamed(null, place, snapshot, ports.registry);
      const overrides = { unblock: null, unfreeze: null };
      const request = {
        kind: 'rollback',
        service,
        environment: place,
        reason: 'rollback',
        probes: 1,
        overrides,
      } as const;
      return planRollout(request, candidate, snapshot);
    };
    await carryOut(decide, here.options(service, place), ports, silent).catch(redUnlessKilled);
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
      const words = { unfreeze: 'the fix is here', unblock: 'it was the database' };
      const ports = here.checkOut(service, where, heads[where]);
      await undergo(ports, fate, { calls: 0 }, (worldly) =>
        deploy(here.options(service, where, words), worldly, silent),
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
      const repository = world.running.image.split('@')[0] ?? '';
      world.running = { ...world.running, image: `${repository}@${oldest.digest}` };
    },
  };
  for (const event of events) await play[event.type](event as never);
  for (const place of places) await run(place, heads[place], { kind: 'undisturbed' });
  return tally;
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
