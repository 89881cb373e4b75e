import type { Container } from './container.ts';

/** The container as it was at a moment; null when there was none. */
export interface Sighting {
  /** A time of the clock, in milliseconds. */
  readonly at: number;
  readonly container: Container | null;
}

/** What the engine tells of a container, as far as a rollout depends on it. */
export type ContainerState =
  | { readonly kind: 'healthy' }
  | {
      /** `lacking`: it ended because something around it is missing, and not by a fault of its own. */
      readonly kind: 'waiting' | 'crashes' | 'lacking' | 'unhealthy';
      readonly message: string;
    };

/** Restarts after which it is a loop: fewer may be a database that is a moment late. */
const LOOP = 3;

/** How long one that was restarted, or has no health check, has to run on; milliseconds. */
const STEADY_MS = 3_000;

/** What a program says with its exit status: EX_TEMPFAIL and EX_CONFIG of sysexits.h. */
const LACKING: readonly number[] = [75, 78];

/** What the engine's account of a container, since it was started, says about a rollout; the last is the newest. */
export function judgeSightings(sightings: readonly Sighting[]): ContainerState {
  const last = sightings.at(-1)?.container ?? null;
  if (last === null) return { kind: 'crashes', message: 'has no container' };
  const { Status, ExitCode, Health } = last.State;
  if (Status === 'exited' || Status === 'dead') return ended(ExitCode, `ended with exit code ${ExitCode}`);
  const exit = lastExit(sightings);
  if (restartsIn(sightings) >= LOOP && exit !== null) {
    return ended(exit, `crashes as it starts (exit code ${exit}, ${last.RestartCount} restarts)`);
  }
  // The engine calls one unhealthy, too, that is down between two starts.
  if (Status === 'running' && Health?.Status === 'unhealthy')
    return { kind: 'unhealthy', message: 'runs but its health check fails' };
  const well = Status === 'running' && (Health === undefined || Health.Status === 'healthy');
  if (well && isSteady(sightings, last)) return { kind: 'healthy' };
  if (well) return { kind: 'waiting', message: 'is watched for a moment' };
  if (Status === 'restarting') return { kind: 'waiting', message: `starts again (exit code ${ExitCode})` };
  return { kind: 'waiting', message: `is ${Health?.Status ?? Status}` };
}

/** What they say when there is no more time to wait: who was restarted at all did not come up. */
export function judgeAtDeadline(
  sightings: readonly Sighting[],
): Exclude<ContainerState, { kind: 'healthy' }> {
  const judged = judgeSightings(sightings);
  const restarts = restartsIn(sightings);
  if (restarts > 0) return ended(lastExit(sightings) ?? 1, `did not come up in time (${restarts} restarts)`);
  const message = judged.kind === 'healthy' ? 'came up too late' : `${judged.message} and time is over`;
  return { kind: 'unhealthy', message };
}

function restartsIn(sightings: readonly Sighting[]): number {
  const [first, last] = [sightings[0], sightings.at(-1)].map((one) => one?.container?.RestartCount ?? 0);
  return (last ?? 0) - (first ?? 0);
}

function ended(exit: number, message: string): { kind: 'lacking' | 'crashes'; message: string } {
  return { kind: LACKING.includes(exit) ? 'lacking' : 'crashes', message };
}

/** A running container tells no exit code: it is seen between two starts. */
function lastExit(sightings: readonly Sighting[]): number | null {
  const down = sightings.findLast(({ container }) => container?.State.Status === 'restarting');
  return down?.container?.State.ExitCode ?? null;
}

/** One that never ended and says itself that it is healthy need not be watched. */
function isSteady(sightings: readonly Sighting[], last: Container): boolean {
  const first = sightings[0]?.container;
  const restarted = last.RestartCount > 0 && last.RestartCount !== first?.RestartCount;
  if (!restarted && last.State.Health !== undefined) return true;
  const now = sightings.at(-1)?.at ?? 0;
  const unlike = sightings.findLastIndex(
    ({ container }) =>
      container?.Id !== last.Id ||
      container.RestartCount !== last.RestartCount ||
      container.State.Status !== 'running',
  );
  return now - (sightings[unlike + 1]?.at ?? now) >= STEADY_MS;
}
