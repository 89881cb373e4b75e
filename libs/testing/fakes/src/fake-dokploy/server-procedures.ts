import { createHash } from 'node:crypto';
import { z } from 'zod';
import { mutation, query, requiredText, type Procedure } from './procedure.ts';
import { refused } from './refusal.ts';
import { newId, type RunningState, type World } from './world.ts';

/** `docker login` refuses this password. */
const REFUSED_PASSWORD = 'bad-Password';

const appName = z.string();
const swarmTasks = query({ appName }, (input, { world }) => playedTasks(world, input.appName));

/** Settings, registries, and the containers that run. */
export const serverProcedures: Record<string, Procedure> = {
  'settings.health': query({}, () => ({ status: 'ok' })),
  'settings.getDokployVersion': query({}, () => 'v0.30.2'),
  // `all` and `create` show the password in clear.
  'registry.all': query({}, (_, { world, caller }) => {
    caller.mayAccess('registry');
    return world.registries;
  }),
  'registry.create': mutation(
    {
      registryName: z.string(),
      username: z.string(),
      password: z.string(),
      registryUrl: z
        .string()
        .refine(
          (url) => /^[a-zA-Z0-9.-]+(:\d+)?$/.test(url),
          'Registry URL must be a valid hostname or hostname:port (e.g. registry.example.com or localhost:5000)',
        ),
      registryType: z.enum(['cloud']),
      imagePrefix: requiredText,
    },
    (given, { world, caller, path }) => {
      caller.mayAccess('registry');
      if (given.password === REFUSED_PASSWORD)
        throw refused(
          400,
          `Command execution failed: Command failed: printf %s '***' | docker login '${given.registryUrl}' -u 'puller' --password-stdin\nError response from daemon: login attempt to http://${given.registryUrl}/v2/ failed with status: 401 Unauthorized\n`,
          path,
        );
      const { organizationId } = world;
      const entry = { registryId: newId(), ...given, createdAt: world.timestamp(), organizationId };
      world.registries.push(entry);
      return entry;
    },
  ),
  'docker.getContainersByAppNameMatch': query(
    { appName, appType: z.string().optional() },
    ({ appName: name, appType }, { world }) =>
      world.engine ? world.engine.containers(name) : playedContainers(world, name, appType),
  ),
  'docker.getServiceContainersByAppName': swarmTasks,
  'docker.getStackContainersByAppName': swarmTasks,
};

function playedContainers({ services }: World, appName: string, appType: string | undefined): object[] {
  return (
    [...services.values()]
      // Without the type the match is a `grep` on the name's beginning: `ehr` matches `ehr-web` too.
      .filter(({ row }) =>
        appType === undefined ? row.appName.startsWith(appName) : row.appName === appName,
      )
      .filter(({ running }) => running.health !== 'absent')
      .flatMap(({ row, running }) =>
        Object.keys(running.images).map((name) => ({
          containerId: idOf(row.appName, name, running),
          name: `${row.appName}-${name}-1`,
          ...statusOf(running.health),
        })),
      )
  );
}

function statusOf(health: RunningState['health']): { state: string; status: string } {
  if (health === 'restarting')
    return { state: 'restarting', status: 'Restarting (1) Less than a second ago' };
  const shown = health === 'starting' ? 'health: starting' : health;
  return { state: 'running', status: `Up 10 seconds (${shown})` };
}

/** Newest first, as swarm lists them: the one that runs, then those it gave up on. */
function playedTasks({ services }: World, appName: string): object[] {
  const found = [...services.values()].find(({ row }) => row.appName === appName);
  if (found === undefined) return [];
  const { kind, running } = found;
  return Object.keys(running.images).flatMap((service) => {
    const task = { name: kind === 'application' ? `${appName}.1` : `${appName}_${service}.1`, node: 'vm' };
    const now = { state: 'running', currentState: 'Running 41 seconds ago', error: '' };
    return [
      { ...task, ...now, containerId: idOf(appName, service, running) },
      ...(running.failedTasks ?? []).map((failed) => ({ ...task, state: 'shutdown', ...failed })),
    ];
  });
}

/** The same container as long as its image and environment are the same. */
function idOf(appName: string, service: string, { images, env }: RunningState): string {
  const identity = JSON.stringify([appName, service, images, env]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 12);
}
