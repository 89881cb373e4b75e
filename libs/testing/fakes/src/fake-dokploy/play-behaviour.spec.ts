import { describe, expect, it } from 'vitest';
import { type Behaviour, type DeployConfig, playBehaviour } from './play-behaviour.ts';
import type { RunningState } from './world.ts';

const before: RunningState = { images: { api: 'old' }, env: 'TAG=old', health: 'healthy' };
const waits = 'compose -p app -f docker-compose.yml up -d --pull always --wait --wait-timeout 30';
const rules =
  'services:\n  api:\n    image: ${TAG:?must be set}\n    deploy: { update_config: { failure_action: rollback } }\n';
const config = (more: Partial<DeployConfig>): DeployConfig => ({
  kind: 'compose',
  id: 'id',
  appName: 'app',
  type: 'deploy',
  env: 'TAG=new',
  composeFile: 'services:\n  api:\n    image: ${TAG:?must be set}\n',
  command: '',
  dockerImage: 'new',
  domains: [],
  ...more,
});

describe('the status of a deploy and what runs afterwards (contract § 7.2 to 7.4)', () => {
  it.each<[Behaviour, Partial<DeployConfig>, 'done' | 'error', string, RunningState['health']]>([
    ['healthy', {}, 'done', 'new', 'healthy'],
    ['stale-tag', {}, 'done', 'old', 'healthy'],
    ['stale-tag', { command: waits }, 'done', 'new', 'healthy'],
    ['image-missing', {}, 'error', 'old', 'healthy'],
    ['crash-loop', {}, 'done', 'new', 'restarting'],
    ['crash-loop', { command: waits }, 'error', 'new', 'restarting'],
    ['unhealthy', {}, 'done', 'new', 'unhealthy'],
    ['unhealthy', { command: waits }, 'error', 'new', 'unhealthy'],
    ['healthy', { env: '' }, 'error', 'old', 'healthy'],
    ['healthy', { composeFile: ':\n  - :' }, 'error', 'old', 'healthy'],
    ['healthy', { composeFile: '' }, 'error', 'old', 'healthy'],
    ['healthy', { kind: 'application' }, 'done', 'new', 'healthy'],
    ['image-missing', { kind: 'application' }, 'error', 'old', 'healthy'],
    ['image-missing', { kind: 'application', type: 'redeploy' }, 'done', 'old', 'healthy'],
    ['crash-loop', { kind: 'application' }, 'done', 'old', 'healthy'],
    ['unhealthy', { kind: 'application' }, 'done', 'old', 'healthy'],
    ['image-missing', { kind: 'stack' }, 'done', 'old', 'healthy'],
    ['crash-loop', { kind: 'stack', composeFile: rules }, 'done', 'old', 'healthy'],
    ['unhealthy', { kind: 'stack', composeFile: rules }, 'done', 'old', 'healthy'],
    ['crash-loop', { kind: 'stack' }, 'done', 'new', 'absent'],
  ])('%s with %j: %s, %s runs %s', (behaviour, more, status, image, health) => {
    const outcome = playBehaviour(behaviour, config(more), before);
    expect([outcome.status, Object.values(outcome.running.images), outcome.running.health]).toEqual([
      status,
      [image],
      health,
    ]);
    expect(outcome.log.includes('Error occurred ❌')).toBe(status === 'error');
  });

  it.each<[DeployConfig['kind'], DeployConfig['type'], 'done' | 'error', string]>([
    ['compose', 'deploy', 'error', 'old'],
    ['application', 'deploy', 'error', 'old'],
    ['application', 'redeploy', 'done', 'new'],
    ['stack', 'deploy', 'done', 'old'],
  ])(
    'with a log-in that the registry refuses a %s is at its %s: %s, %s runs',
    (kind, type, status, image) => {
      const outcome = playBehaviour('healthy', config({ kind, type }), before, () => false);
      expect([outcome.status, Object.values(outcome.running.images)]).toEqual([status, [image]]);
    },
  );

  it('a taken port is an outage: the old container is gone, and the new one stays created', () => {
    expect(playBehaviour('port-taken', config({}), before)).toMatchObject({
      status: 'error',
      running: { images: { api: 'new' }, health: 'created' },
    });
  });
});
