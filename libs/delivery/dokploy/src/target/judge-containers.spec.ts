import { expect, it } from 'vitest';
import { judgeContainers } from './judge-containers.ts';

const containers = (...statuses: string[]) =>
  statuses.map((status, index) => ({ containerId: `c${index}`, name: `app-api-${index}`, status }));

it.each<[string, string[], string]>([
  ['none that can be seen', [], 'unknown'],
  ['one that is healthy', ['Up 9 minutes (healthy)'], 'healthy'],
  ['one without a health check', ['Up 2 seconds'], 'healthy'],
  ['one that has just started', ['Up Less than a second (health: starting)'], 'waiting'],
  ['one that was created', ['Created'], 'waiting'],
  ['one that crashes', ['Restarting (1) 1 second ago'], 'crashes'],
  ['one that ended', ['Exited (1) 2 seconds ago'], 'crashes'],
  ['one whose health check fails', ['Up 20 seconds (unhealthy)'], 'unhealthy'],
  ['two of which one is lost', ['Up 9 minutes (healthy)', 'Restarting (1) 1 second ago'], 'crashes'],
  ['two of which one is starting', ['Up 9 minutes (healthy)', 'Up 1 second (health: starting)'], 'waiting'],
])('judges %s', (_name, statuses, kind) => {
  expect(judgeContainers(containers(...statuses)).kind).toBe(kind);
});
