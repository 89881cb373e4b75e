import { interpolateImages } from './interpolate-images.ts';
import { newId } from './world.ts';
import type { RunningState, ServiceKind } from './world.ts';

/** What happens to the containers, whatever Dokploy makes of it. Contract § 7.2 to 7.4. */
export type Behaviour =
  | 'healthy'
  | 'unhealthy'
  | 'crash-loop'
  | 'image-missing'
  /** The tag moved but nothing pulls it. */
  | 'stale-tag'
  /** The host port is taken: the old container is already gone. */
  | 'port-taken';

/** The configuration a job reads when it starts, not when it was triggered. */
export interface DeployConfig {
  readonly kind: ServiceKind;
  readonly id: string;
  readonly appName: string;
  readonly type: 'deploy' | 'redeploy';
  readonly env: string;
  readonly composeFile: string;
  /** Empty for Dokploy's own command. */
  readonly command: string;
  readonly dockerImage: string | null;
  readonly title: string;
  readonly description: string;
}

export interface DeployOutcome {
  readonly status: 'done' | 'error';
  readonly log: string;
  readonly running: RunningState;
}

/** Dokploy's verdict and what really runs afterwards, by the recorded tables. */
export function playBehaviour(
  behaviour: Behaviour,
  config: DeployConfig,
  before: RunningState,
): DeployOutcome {
  const planned: ReturnType<typeof interpolateImages> =
    config.kind === 'application'
      ? { images: { app: config.dockerImage ?? '' } }
      : interpolateImages(config.composeFile, config.env);
  const end = (status: 'done' | 'error', log: string, running: RunningState): DeployOutcome => ({
    status,
    log: `${log}\n${status === 'error' ? failed(config.kind) : ''}`,
    running,
  });
  if ('error' in planned) return end('error', planned.error, before);
  const after = (health: RunningState['health']): RunningState => ({
    images: planned.images,
    env: config.env,
    health,
  });
  const image = Object.values(planned.images)[0] ?? '';
  const waits = config.command.includes('--wait');
  const swarm = config.kind !== 'compose';

  switch (behaviour) {
    case 'healthy':
      return end('done', succeeded(config, image), after('healthy'));
    case 'stale-tag':
      return config.command.includes('--pull always')
        ? end('done', succeeded(config, image), after('healthy'))
        : end('done', ` Container ${config.appName}-api-1  Running\nDocker Compose Deployed: ✅`, before);
    case 'image-missing': {
      // A stack and a redeployed application never look: swarm rejects the task and puts the old image back.
      if (config.kind === 'stack' || (swarm && config.type === 'redeploy')) {
        const rejected = givenUp(before, 'Rejected 2 seconds ago', `"No such image: ${image}"`);
        return end('done', `image ${image} could not be accessed on a registry`, rejected);
      }
      return end(
        'error',
        `Error response from daemon: failed to resolve reference "${image}": ${image}: not found`,
        before,
      );
    }
    case 'unhealthy':
    case 'crash-loop':
      // Swarm's own undo: `done` for ever, and the old image runs.
      if (swarm) {
        const error =
          behaviour === 'unhealthy'
            ? '"task: non-zero exit (137): dockerexec: unhealthy container"'
            : '"task: non-zero exit (1)"';
        return end('done', succeeded(config, image), givenUp(before, 'Failed 2 seconds ago', error));
      }
      return end(
        waits ? 'error' : 'done',
        waits
          ? ` Container ${config.appName}-api-1  Waiting\ncontainer ${config.appName}-api-1 is unhealthy`
          : succeeded(config, image),
        after(behaviour === 'unhealthy' ? 'unhealthy' : 'restarting'),
      );
    case 'port-taken':
      return end(
        'error',
        'Error response from daemon: driver failed programming external connectivity: bind: address already in use',
        { ...after('absent'), images: {} },
      );
  }
}

/** Swarm's task list remembers the tasks it gave up on. */
function givenUp(before: RunningState, currentState: string, error: string): RunningState {
  const task = { containerId: newId().slice(0, 12), currentState, error };
  return { ...before, failedTasks: [task, ...(before.failedTasks ?? [])] };
}

function succeeded({ kind, appName }: DeployConfig, image: string): string {
  return kind === 'application'
    ? `Pulling ${image}\nStatus: Downloaded newer image for ${image}\n✅ Pulling image completed.`
    : ` Container ${appName}-api-1  Recreate\n Container ${appName}-api-1  Started\nDocker Compose Deployed: ✅`;
}

function failed(kind: ServiceKind): string {
  const first = kind === 'application' ? '❌ Pulling image failed' : 'Error: ❌ Docker command failed';
  return `${first}\n\nError occurred ❌, check the logs for details.\n`;
}
