import type { ContainerHere } from '../api/answers.ts';

/** The service's containers as they were at a moment. */
export interface Sighting {
  /** A time of the clock, in milliseconds. */
  readonly at: number;
  readonly containers: readonly ContainerHere[];
}

/** What Docker tells of a service's containers, as far as a rollout depends on it. */
export type ContainersState =
  | { readonly kind: 'healthy' }
  /** Nothing can be said: the verification decides. */
  | { readonly kind: 'unknown' }
  /** Docker made it and did not start it. While a deploy goes on that may still come. */
  | { readonly kind: 'not-started'; readonly message: string }
  | { readonly kind: 'waiting'; readonly message: string }
  | {
      /** `lacking`: it ended because something around it is missing, and not by a fault of its own. */
      readonly kind: 'crashes' | 'lacking' | 'unhealthy';
      readonly message: string;
      readonly containerId: string;
    };

/** How long a container that was restarted is watched, and one without a health check; milliseconds. */
export const WATCH_MS = 5_000;
const STEADY_MS = 3_000;
/** Starts after which it is a loop, however short the watch was. */
const LOOP = 3;

/** What a program says with its exit status: EX_TEMPFAIL and EX_CONFIG of sysexits.h. */
export const LACKING: readonly string[] = ['75', '78'];

/**
 * What Docker's own words (`Up 9 minutes (healthy)`, `Restarting (1) 1 second ago`) say about a service, the last
 * sighting being the newest. A container that ends again and again is `Restarting` half of the time, and `Up Less than
 * a second` the other half: one look does not show it. One without a health check counts as healthy once it runs on.
 */
export function judgeSightings(sightings: readonly Sighting[]): ContainersState {
  const last = sightings.at(-1);
  if (last === undefined || last.containers.length === 0) return { kind: 'unknown' };
  const states = last.containers.map(({ containerId }) => judgeContainer(containerId, sightings));
  const lost = states.find((state) => 'containerId' in state);
  return (
    lost ?? states.find(({ kind }) => kind === 'not-started' || kind === 'waiting') ?? { kind: 'healthy' }
  );
}

/** One container at a moment. */
interface Moment {
  readonly at: number;
  readonly status: string;
}

function judgeContainer(containerId: string, sightings: readonly Sighting[]): ContainersState {
  const moments = sightings.flatMap(({ at, containers }) => {
    const found = containers.find((one) => one.containerId === containerId);
    return found === undefined ? [] : [{ at, status: found.status }];
  });
  const { at = 0, status = '' } = moments.at(-1) ?? {};
  if (status === 'Created') return { kind: 'not-started', message: status };
  if (/^(Exited|Dead)/.test(status)) return ended(containerId, status, `ended: ${status}`);
  const restarts = startsAgain(moments);
  const since = restarts[0]?.since ?? at;
  const isDown = status.startsWith('Restarting');
  const calm = !isDown && at - (restarts.at(-1)?.at ?? -Infinity) >= STEADY_MS;
  if (restarts.length >= LOOP || (restarts.length > 0 && at - since >= WATCH_MS && !calm)) {
    const words = moments.findLast((moment) => moment.status.startsWith('Restarting'))?.status ?? status;
    return ended(containerId, words, `crashes as it starts: ${words}`);
  }
  if (status.includes('(unhealthy)')) {
    return { kind: 'unhealthy', message: 'runs but its health check fails', containerId };
  }
  const settled = status.includes('(healthy)') || leastUptime(status) >= STEADY_MS;
  const well = status.startsWith('Up') && !status.includes('health: starting') && settled && calm;
  return well ? { kind: 'healthy' } : { kind: 'waiting', message: status };
}

function ended(containerId: string, words: string, message: string): ContainersState {
  const exit = /\((\d+)\)/.exec(words)?.[1] ?? '';
  return { kind: LACKING.includes(exit) ? 'lacking' : 'crashes', message, containerId };
}

/** The moments at which it was down, or had not been up as long as before; `since`: when it was seen up last. */
function startsAgain(moments: readonly Moment[]): readonly { readonly at: number; readonly since: number }[] {
  const starts: { at: number; since: number }[] = [];
  /** The first moment of this life; none while it is down. */
  let life: Moment | undefined;
  let wasDown = false;
  for (const moment of moments) {
    const isDown = moment.status.startsWith('Restarting');
    const expected = life === undefined ? 0 : leastUptime(life.status) + (moment.at - life.at);
    const isYounger = !isDown && life !== undefined && mostUptime(moment.status) + SLACK_MS < expected;
    if ((isDown && !wasDown) || isYounger) starts.push({ at: moment.at, since: life?.at ?? moment.at });
    if (isDown) life = undefined;
    else if (life === undefined || isYounger) life = moment;
    wasDown = isDown;
  }
  return starts;
}

/** What asking and rounding may take; milliseconds. */
const SLACK_MS = 1_500;

const HOUR = 3_600_000;
const UNITS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: HOUR,
  day: 24 * HOUR,
  week: 168 * HOUR,
  month: 720 * HOUR,
  year: 8_760 * HOUR,
};
const UPTIME = /^Up (?:About )?(\d+|an?) (second|minute|hour|day|week|month|year)/;

/** `Up 5 seconds`, `Up About a minute`, `Up 3 hours`: Docker rounds down; milliseconds. */
function leastUptime(status: string): number {
  const [, count, unit = ''] = UPTIME.exec(status) ?? [];
  if (count === undefined) return 0;
  return (/\d/.test(count) ? Number(count) : 1) * (UNITS[unit] ?? 0);
}

function mostUptime(status: string): number {
  if (status.startsWith('Up Less than')) return 1_000;
  const unit = UPTIME.exec(status)?.[2];
  return unit === undefined ? Infinity : leastUptime(status) + (UNITS[unit] ?? 0);
}
