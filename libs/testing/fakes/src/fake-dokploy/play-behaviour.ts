import { composeImages, type ImagesOrError } from './compose-images.ts';
import { newId, type RunningState, type ServiceKind } from './world.ts';

/** What happens to the containers, whatever status Dokploy gives the deploy. Contract § 7.2 to 7.4. */
export type Behaviour =
  | 'healthy'
  | 'unhealthy'
  | 'crash-loop'
  | 'image-missing'
  /** The tag moved but nothing pulls it. */
  | 'stale-tag'
  /** The host port is taken: the old container is already gone, and the new one stays `Created`. */
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
  /** Services of the compose file that have a domain. */
  readonly domains: readonly string[];
}

/** How a deploy ends. */
export interface DeployOutcome {
  readonly status: 'done' | 'error';
  /** Added to the deployment's log. */
  readonly log: string;
  readonly running: RunningState;
}

/** The status Dokploy gives a deploy, and what really runs afterwards, by the recorded tables. */
export function playBehaviour(
  behaviour: Behaviour,
  config: DeployConfig,
  before: RunningState,
  /** Whether the host has an image, or can pull it. */
  canHave: (image: string) => boolean = () => true,
): DeployOutcome {
  const { kind, appName, command, env, type } = config;
  const planned: ImagesOrError =
    kind === 'application'
      ? { images: { app: config.dockerImage ?? '' } }
      : composeImages(config.composeFile, env);
  if ('error' in planned) return failed(kind, planned.error, before);
  const { images } = planned;
  const [image = ''] = Object.values(images);
  const swarm = kind !== 'compose';
  const done = (running: RunningState, log = successLog(config, image)): DeployOutcome => ({
    status: 'done',
    log: `${log}\n`,
    running,
  });

  // A redeployed application is not pulled anew.
  if (!Object.values(images).every(canHave) && !(kind === 'application' && type === 'redeploy')) {
    // Swarm starts with what the node has, and it has nothing of a new image.
    return kind === 'stack'
      ? done(givenUp(before, 'Rejected 2 seconds ago', `"No such image: ${image}"`))
      : failed(
          kind,
          `Error response from daemon: Head "https://registry/v2/": unauthorized: incorrect username or password`,
          before,
        );
  }
  switch (behaviour) {
    case 'healthy':
      return done({ images, env, health: 'healthy' });
    case 'stale-tag':
      return command.includes('--pull always')
        ? done({ images, env, health: 'healthy' })
        : done(before, ` Container ${appName}-api-1  Running\nDocker Compose Deployed: ✅`);
    case 'image-missing':
      // Neither a stack nor a redeployed application checks: swarm rejects the task and puts the old image back.
      if (kind === 'stack' || (swarm && type === 'redeploy'))
        return done(
          givenUp(before, 'Rejected 2 seconds ago', `"No such image: ${image}"`),
          `image ${image} could not be accessed on a registry`,
        );
      return failed(
        kind,
        `Error response from daemon: failed to resolve reference "${image}": ${image}: not found`,
        before,
      );
    case 'unhealthy':
    case 'crash-loop': {
      const crash = behaviour === 'crash-loop';
      // Swarm undoes it by itself: the status stays `done`, and the old image runs.
      const { exit = 1 } = before;
      const error = `"task: non-zero exit ${crash ? `(${exit})` : '(137): dockerexec: unhealthy container'}"`;
      const gone = givenUp(before, 'Failed 2 seconds ago', error);
      if (swarm && takesBack(config)) return done(gone);
      // Swarm stops the old task first, and pauses when the new ones fail: nothing answers any more.
      if (swarm) return done({ ...gone, images, env, health: 'absent' });
      const after: RunningState = { images, env, exit, health: crash ? 'restarting' : 'unhealthy' };
      const container = `${appName}-api-1`;
      return command.includes('--wait')
        ? failed(kind, ` Container ${container}  Waiting\ncontainer ${container} is unhealthy`, after)
        : done(after);
    }
    case 'port-taken':
      return failed(
        kind,
        'Error response from daemon: driver failed programming external connectivity: bind: address already in use',
        { images, env, health: 'created' },
      );
  }
}

/** An application has Dokploy's own update rules; a stack those of its file, and Swarm's without any. */
function takesBack({ kind, composeFile }: DeployConfig): boolean {
  return kind === 'application' || /failure_action:\s*['"]?rollback/.test(composeFile);
}

/** Swarm's task list remembers the tasks it gave up on. */
function givenUp(before: RunningState, currentState: string, error: string): RunningState {
  const task = { containerId: newId().slice(0, 12), currentState, error };
  return { ...before, failedTasks: [task, ...(before.failedTasks ?? [])] };
}

function successLog({ kind, appName }: DeployConfig, image: string): string {
  return kind === 'application'
    ? `Pulling ${image}\nStatus: Downloaded newer image for ${image}\n✅ Pulling image completed.`
    : ` Container ${appName}-api-1  Recreate\n Container ${appName}-api-1  Started\nDocker Compose Deployed: ✅`;
}

function failed(kind: ServiceKind, log: string, running: RunningState): DeployOutcome {
  const first = kind === 'application' ? '❌ Pulling image failed' : 'Error: ❌ Docker command failed';
  const end = `${first}\n\nError occurred ❌, check the logs for details.\n`;
  return { status: 'error', log: `${log}\n${end}`, running };
}
