import { createHash } from 'node:crypto';
import { z } from 'zod';
import { refused } from '../refusal.ts';
import { newId } from '../world.ts';
import type { RunningState, World } from '../world.ts';
import { procedure, requiredText } from './procedure.ts';
import type { Procedure } from './procedure.ts';

const registryUrl = z
  .string()
  .refine(
    (url) => /^[a-zA-Z0-9.-]+(:\d+)?$/.test(url),
    'Registry URL must be a valid hostname or hostname:port (e.g. registry.example.com or localhost:5000)',
  );
const registryFields = {
  registryName: z.string(),
  username: z.string(),
  password: z.string(),
  registryUrl,
  registryType: z.enum(['cloud']),
};

/** A password of this name is the one `docker login` refuses. */
export const REFUSED_PASSWORD = 'bad-Password';

/** Settings, registries and what runs. */
export const serverProcedures: Record<string, Procedure> = {
  'settings.health': procedure('GET', {}, () => ({ status: 'ok' })),
  'settings.getDokployVersion': procedure('GET', {}, () => 'v0.30.2'),
  // `all` and `create` show the password in clear.
  'registry.all': procedure('GET', {}, (_, { world, caller, path }) => {
    caller.mayAccess('registry', path);
    return world.registries;
  }),
  'registry.one': procedure('GET', { registryId: z.string() }, (input, { world, caller, path }) => {
    caller.mayAccess('registry', path);
    const entry = world.registries.find((one) => one.registryId === input.registryId);
    if (entry === undefined) throw refused(404, 'Registry not found', path);
    return { ...entry, password: undefined };
  }),
  'registry.testRegistry': procedure('POST', registryFields, (input, { caller, path }) => {
    caller.mayAccess('registry', path);
    if (input.password === REFUSED_PASSWORD) {
      throw refused(400, `Command failed with code 1. Stderr: ${loginRefused(input.registryUrl)}`, path);
    }
    return true;
  }),
  'registry.create': procedure(
    'POST',
    { ...registryFields, imagePrefix: requiredText },
    (input, { world, caller, path }) => {
      caller.mayAccess('registry', path);
      if (input.password === REFUSED_PASSWORD) throw loginFailed(input.registryUrl, path);
      const entry = {
        registryId: newId(),
        registryName: input.registryName,
        imagePrefix: input.imagePrefix,
        username: input.username,
        password: input.password,
        registryUrl: input.registryUrl,
        createdAt: new Date(world.now()).toISOString(),
        registryType: input.registryType,
        organizationId: world.organizationId,
      };
      world.registries.push(entry);
      return entry;
    },
  ),
  'docker.getContainersByAppNameMatch': procedure(
    'GET',
    { appName: z.string(), appType: z.string().optional() },
    ({ appName, appType }, { world }) =>
      world.engine === undefined
        ? playedContainers(world, appName, appType)
        : world.engine.containers(appName),
  ),
  'docker.getServiceContainersByAppName': procedure(
    'GET',
    { appName: z.string() },
    ({ appName }, { world }) => playedTasks(world, appName),
  ),
  'docker.getStackContainersByAppName': procedure('GET', { appName: z.string() }, ({ appName }, { world }) =>
    playedTasks(world, appName),
  ),
  // Needs the permission `docker.read`; an unknown container is an empty 200.
  'docker.getConfig': procedure('GET', { containerId: z.string() }, (_, { caller, path }) => {
    caller.mayAccess('docker', path);
  }),
};

function playedContainers(world: World, appName: string, appType: string | undefined): object[] {
  return (
    [...world.services.values()]
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

/** Newest first, as swarm lists them: the one that runs, then those it gave up on. */
function playedTasks(world: World, appName: string): object[] {
  const found = [...world.services.values()].find(({ row }) => row.appName === appName);
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
  return createHash('sha256')
    .update(JSON.stringify([appName, service, images, env]))
    .digest('hex')
    .slice(0, 12);
}

function statusOf(health: RunningState['health']): { state: string; status: string } {
  if (health === 'restarting') {
    return { state: 'restarting', status: 'Restarting (1) Less than a second ago' };
  }
  return {
    state: 'running',
    status: `Up 10 seconds (${health === 'starting' ? 'health: starting' : health})`,
  };
}

function loginFailed(url: string, path: string) {
  const command = `printf %s '***' | docker login '${url}' -u 'puller' --password-stdin`;
  return refused(400, `Command execution failed: Command failed: ${command}\n${loginRefused(url)}`, path);
}

function loginRefused(url: string): string {
  return `Error response from daemon: login attempt to http://${url}/v2/ failed with status: 401 Unauthorized\n`;
}
