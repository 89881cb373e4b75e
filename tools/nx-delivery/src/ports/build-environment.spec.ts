import { expect, it } from 'vitest';
import { buildEnvironment } from './build-environment.ts';

it('gives a build nothing that opens a door, whatever it is called', () => {
  const names = [
    ...['DOKPLOY_API_KEY', 'DOKPLOY_WEBHOOK_API', 'DOKPLOY_URL', 'DATABASE_URL', 'POSTGRES_PASSWORD'],
    ...['DOCKERHUB_TOKEN', 'COSIGN_PRIVATE_KEY', 'COSIGN_PASSWORD', 'GITHUB_TOKEN', 'NODE_AUTH_TOKEN'],
    ...['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_RUNTIME_TOKEN'],
    ...[
      'NX_CLOUD_ACCESS_TOKEN',
      'npm_config__auth',
      'NPM_CONFIG__AUTHTOKEN',
      'BUILDX_TOKEN',
      'SOMETHING_OF_OURS',
    ],
  ];
  const env = buildEnvironment(Object.fromEntries(names.map((name) => [name, 'canary'])), '/root');
  expect(Object.keys(env).sort()).toEqual([
    'NODE_COMPILE_CACHE',
    'NODE_COMPILE_CACHE_PORTABLE',
    'NX_ISOLATE_PLUGINS',
    'NX_LOAD_DOT_ENV_FILES',
    'NX_TUI',
  ]);
  expect(JSON.stringify(env)).not.toContain('canary');
});

it('gives it what it builds with', () => {
  const names = [
    'PATH',
    'HOME',
    'https_proxy',
    'NODE_OPTIONS',
    'npm_config_registry',
    'DOCKER_HOST',
    'BASE_IMAGE',
    'NX_DAEMON',
  ];
  const env = Object.fromEntries(names.map((name) => [name, name]));
  expect(buildEnvironment({ ...env, NX_TASK_TARGET_TARGET: 'deploy' }, '/root')).toMatchObject(env);
  expect(buildEnvironment({ NX_TASK_TARGET_TARGET: 'deploy' }, '/root')).not.toHaveProperty(
    'NX_TASK_TARGET_TARGET',
  );
});
