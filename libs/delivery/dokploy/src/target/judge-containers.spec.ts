import { describe, expect, it } from 'vitest';
import { judgeSightings } from './judge-containers.ts';

/** Sightings of one container, 500 ms apart. */
const seen = (...statuses: string[]) =>
  statuses.map((status, index) => ({
    at: index * 500,
    containers: [{ containerId: 'c0', name: 'app-api-1', status }],
  }));
const times = (count: number, ...statuses: string[]) => Array.from({ length: count }, () => statuses).flat();
const young = 'Up Less than a second (health: starting)';
const loop = (exit: number) => `Restarting (${exit}) Less than a second ago`;

describe('judgeSightings', () => {
  it.each<[string, string[], string]>([
    ['one that is healthy', ['Up 9 minutes (healthy)'], 'healthy'],
    ['one without a health check, just started', ['Up 2 seconds'], 'waiting'],
    ['one without a health check that runs on', ['Up 4 seconds'], 'healthy'],
    ['one that has just started', [young], 'waiting'],
    ['one that was created', ['Created'], 'not-started'],
    ['one that restarts for the first time', [young, loop(1)], 'waiting'],
    ['one that restarts again and again', times(3, young, loop(1)), 'crashes'],
    ['one that is seen between its starts alone', times(11, young), 'crashes'],
    ['one that is seen while it is down alone', times(11, loop(1)), 'crashes'],
    ['one that restarts for want of its database', times(3, young, loop(75)), 'lacking'],
    ['one that ended', ['Exited (1) 2 seconds ago'], 'crashes'],
    ['one that ended for want of a setting', ['Exited (78) 2 seconds ago'], 'lacking'],
    ['one whose health check fails', ['Up 20 seconds (unhealthy)'], 'unhealthy'],
    ['one that is well again just now', [young, loop(1), 'Up 1 second (healthy)'], 'waiting'],
    [
      'one that is well again for a while',
      [young, loop(1), young, young, ...[1, 1, 2, 2, 3, 3].map((age) => `Up ${age} seconds (healthy)`)],
      'healthy',
    ],
    [
      'one that is up longer than Docker counts exactly',
      ['Up 59 seconds (healthy)', ...times(20, 'Up About a minute (healthy)')],
      'healthy',
    ],
  ])('judges %s', (_name, statuses, kind) => {
    expect(judgeSightings(seen(...statuses)).kind).toBe(kind);
  });

  it('judges several by the worst of them, and none not at all', () => {
    const containers = ['Up 9 minutes (healthy)', 'Exited (1) 1 second ago'].map((status, index) => ({
      containerId: `c${index}`,
      name: 'app-api',
      status,
    }));
    expect(judgeSightings([{ at: 0, containers }])).toMatchObject({ kind: 'crashes', containerId: 'c1' });
    expect(judgeSightings([{ at: 0, containers: [] }]).kind).toBe('unknown');
  });
});
