import {
  DeliveryError,
  describeError,
  type Environment,
  history,
  type JournalEntry,
  type SupersededRun,
  supersededRuns,
} from '@ehr/delivery-core';
import type { BoardPorts } from '../board-ports.ts';

/** How much of the past a timeline shows; days. */
export const SPANS = [1, 7, 30, 90, 365] as const;
export type Span = (typeof SPANS)[number];

/**
 * `rolled-back`: a release by `rollback`, which froze the environment at once · `undone`: a rollout that failed ·
 * `superseded`: a run that gave way to something newer and changed nothing.
 */
export type HappeningKind =
  'released' | 'rolled-back' | 'undone' | 'superseded' | 'unblocked' | 'frozen' | 'unfrozen';

/** One thing that happened. */
export interface Happening {
  readonly kind: HappeningKind;
  readonly entry: JournalEntry | SupersededRun;
}

/** What happened to a service. */
export interface Timeline {
  readonly service: string;
  readonly days: Span;
  readonly at: Date;
  readonly environments: readonly Environment[];
  /** Newest first. */
  readonly happenings: readonly Happening[];
  /** Environments whose journal could not be read, and why. */
  readonly problems: readonly { readonly environment: Environment; readonly message: string }[];
}

/** More is read by `nx history`. */
const MOST = 500;
const DAY_MS = 86_400_000;

/** Reads what happened to a service in these environments, by `history` and the list of runs that gave way. */
export async function readTimeline(
  service: string,
  days: Span,
  environments: readonly Environment[],
  ports: BoardPorts,
): Promise<Timeline> {
  const at = ports.now();
  const since = at.getTime() - days * DAY_MS;
  const problems: { environment: Environment; message: string }[] = [];
  const read = async (environment: Environment): Promise<readonly Happening[]> => {
    try {
      const opened = await ports.open(service, environment);
      const entries = happeningsIn(await history({ environment, limit: MOST }, opened));
      const runs = await supersededRuns(environment, opened);
      return [...entries, ...runs.map((entry): Happening => ({ kind: 'superseded', entry }))];
    } catch (error) {
      if (!(error instanceof DeliveryError)) throw error;
      problems.push({ environment, message: describeError(error).message });
      return [];
    }
  };
  const happenings = (await Promise.all(environments.map(read))).flat();
  return {
    service,
    days,
    at,
    environments,
    happenings: happenings
      .filter(({ entry }) => Date.parse(entry.at) >= since)
      .sort((a, b) => Date.parse(b.entry.at) - Date.parse(a.entry.at)),
    problems,
  };
}

/** A rollback is two entries that were written at once. */
function happeningsIn(entries: readonly JournalEntry[]): readonly Happening[] {
  const key = ({ sequence, run }: JournalEntry) => `${sequence} ${run}`;
  const written = (kind: JournalEntry['kind']) =>
    new Set(entries.filter((entry) => entry.kind === kind).map(key));
  const [frozen, released] = [written('frozen'), written('released')];
  return entries.flatMap((entry): Happening[] => {
    if (entry.kind === 'frozen' && released.has(key(entry))) return [];
    if (entry.kind === 'released' && frozen.has(key(entry))) return [{ kind: 'rolled-back', entry }];
    return [{ kind: entry.kind === 'blocked' ? 'undone' : entry.kind, entry }];
  });
}
