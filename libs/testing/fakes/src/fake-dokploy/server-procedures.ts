import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type CallContext, mutation, type Procedure, query, requiredText } from './procedure.ts';
import { refused } from './refusal.ts';
import { newId, type RegistryEntry, type RunningState, type World } from './world.ts';

const registry = {
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
};
const appName = z.string();
const swarmTasks = query({ appName }, (input, { world }) => playedTasks(world, input.appName));

/** Settings, registries, and the containers that run. */
export const serverProcedures: Record<string, Procedure> = {
  'settings.health': query({}, () => ({ status: 'ok' })),
  'settings.getDokployVersion': query({}, (_, { world }) => world.version),
  // `all` and `create` show the password in clear.
  'registry.all': query({}, (_, { world, caller }) => {
    caller.mayAccess('registry');
    return world.registries;
  }),
  'registry.one': query({ registryId: z.string() }, ({ registryId }, { world, caller, path }) => {
    caller.mayAccess('registry');
    return { ...findRegistry(registryId, { world, path }), password: undefined };
  }),
  'registry.testRegistry': mutation(registry, (given, context) => {
    logIn(given, () => 'Command failed with code 1. Stderr: ', context);
    return true;
  }),
  // Signs in with the password that is kept.
  'registry.testRegistryById': mutation({ registryId: z.string() }, ({ registryId }, context) => {
    context.caller.mayAccess('registry');
    logIn(findRegistry(registryId, context), () => 'Command failed with code 1. Stderr: ', context);
    return true;
  }),
  // The row is written before the sign-in is tried, and stays written when the registry refuses it.
  'registry.update': mutation(
    { ...z.object(registry).partial().shape, registryId: z.string() },
    ({ registryId, ...given }, context) => {
      context.caller.mayAccess('registry');
      const entry = Object.assign(findRegistry(registryId, context), given);
      logIn(entry, commandOf, context);
      return true;
    },
  ),
  'registry.create': mutation({ ...registry, imagePrefix: requiredText }, (given, context) => {
    const { world } = context;
    logIn(given, commandOf, context);
    const entry = {
      registryId: newId(),
      ...given,
      createdAt: world.timestamp(),
      organizationId: world.organizationId,
    };
    world.registries.push(entry);
    return entry;
  }),
  'docker.getContainersByAppNameMatch': query(
    { appName, appType: z.string().optional() },
    ({ appName: name, appType }, { world }) =>
      world.engine ? world.engine.containers(name) : playedContainers(world, name, appType),
  ),
  'docker.getServiceContainersByAppName': swarmTasks,
  'docker.getStackContainersByAppName': swarmTasks,
  // Needs the permission `docker.read`; an unknown container is an empty 200.
  'docker.getConfig': query({ containerId: z.string() }, ({ containerId }, { caller, world }) => {
    caller.mayAccess('docker');
    return world.engine ? world.engine.inspect('container', containerId) : playedConfig(world, containerId);
  }),
  'dockerImage.getImageConfig': query(
    { imageRef: z.string() },
    async ({ imageRef }, { caller, world, path }) => {
      caller.mayAccess('docker');
      const found = world.engine
        ? await world.engine.inspect('image', imageRef)
        : playedImage(world, imageRef);
      if (found === undefined)
        throw refused(400, `Command execution failed: No such image: ${imageRef}\n`, path);
      return found;
    },
  ),
};

function findRegistry(
  registryId: string,
  { world, path }: Pick<CallContext, 'world' | 'path'>,
): RegistryEntry {
  const entry = world.registries.find((one) => one.registryId === registryId);
  if (entry === undefined) throw refused(404, 'Registry not found', path);
  return entry;
}

function commandOf(url: string): string {
  return `Command execution failed: Command failed: printf %s '***' | docker login '${url}' -u 'puller' --password-stdin\n`;
}

function logIn(
  { password, registryUrl }: { readonly password: string; readonly registryUrl: string },
  prefix: (url: string) => string,
  { caller, path, world }: CallContext,
): void {
  caller.mayAccess('registry');
  if (world.accepts(registryUrl, password)) return;
  const reason = `Error response from daemon: login attempt to http://${registryUrl}/v2/ failed with status: 401 Unauthorized\n`;
  throw refused(400, `${prefix(registryUrl)}${reason}`, path);
}

function playedContainers(world: World, appName: string, appType: string | undefined): object[] {
  const { services } = world;
  world.looks += 1;
  return (
    [...services.values()]
      // Without the type the match is a `grep` on the name's beginning: `ehr` matches `ehr-web` too.
      .filter(({ row }) =>
        appType === undefined ? row.appName.startsWith(appName) : row.appName === appName,
      )
      .filter(({ running }) => running.health !== 'absent')
      .flatMap(({ row, running }) =>
        Object.keys(running.images).map((name) => {
          const containerId = idOf(row.appName, name, running);
          return {
            containerId,
            name: `${row.appName}-${name}-1`,
            ...statusOf(running, world.looks, ageOf(containerId, world)),
          };
        }),
      )
  );
}

/** In Docker's words; ten seconds old when it is looked at first. */
function ageOf(containerId: string, { seenSince, now }: World): string {
  const since = seenSince.get(containerId) ?? now();
  seenSince.set(containerId, since);
  const seconds = 10 + Math.floor((now() - since) / 1_000);
  if (seconds < 60) return `${seconds} seconds`;
  return seconds < 120 ? 'About a minute' : `${Math.floor(seconds / 60)} minutes`;
}

/** A container that crashes is down at one look and has just been started at the next. */
function statusOf(
  { health, exit = 1 }: RunningState,
  look: number,
  age: string,
): { state: string; status: string } {
  if (health === 'created') return { state: 'created', status: 'Created' };
  if (health === 'restarting' && look % 2 === 0)
    return { state: 'restarting', status: `Restarting (${exit}) Less than a second ago` };
  if (health === 'restarting')
    return { state: 'running', status: 'Up Less than a second (health: starting)' };
  const shown = health === 'starting' ? 'health: starting' : health;
  return { state: 'running', status: `Up ${age} (${shown})` };
}

/** As `docker inspect` shows a container; nothing for an unknown one. */
function playedConfig({ services }: World, containerId: string): object | undefined {
  for (const { row, running } of services.values()) {
    for (const [name, image] of Object.entries(running.images)) {
      if (idOf(row.appName, name, running) !== containerId) continue;
      const { labels = {}, mounts = [], restarts = 0 } = running;
      return {
        Id: containerId,
        Image: imageIdOf(image),
        RestartCount: restarts,
        Config: { Image: image, Labels: labels },
        Mounts: mounts.map((path) => ({ Type: 'volume', Name: 'data', Destination: path })),
      };
    }
  }
  return undefined;
}

/** Each image's own, whatever its name; of one that is named by digest, that digest. */
function imageIdOf(image: string): string {
  return (
    /sha256:[0-9a-f]{64}$/.exec(image)?.[0] ?? `sha256:${createHash('sha256').update(image).digest('hex')}`
  );
}

function playedImage({ services }: World, name: string): object | undefined {
  const found = [...services.values()].find(({ running }) =>
    Object.values(running.images).some((image) => image === name || imageIdOf(image) === name),
  );
  return found && describeImage(found.running);
}

function describeImage({ images, labels = {} }: RunningState): object {
  const [image = ''] = Object.values(images);
  const repository = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const id = imageIdOf(image);
  return { Id: id, RepoDigests: [`${repository}@${id}`], Config: { Labels: labels } };
}

/** Newest first, as swarm lists them: the one that runs, then those it gave up on. */
function playedTasks({ services }: World, appName: string): object[] {
  const found = [...services.values()].find(({ row }) => row.appName === appName);
  if (found === undefined) return [];
  const { kind, running } = found;
  return Object.keys(running.images).flatMap((service) => {
    const task = { name: kind === 'application' ? `${appName}.1` : `${appName}_${service}.1`, node: 'vm' };
    const now = { state: 'running', currentState: 'Running 41 seconds ago', error: '' };
    const runs = running.health !== 'absent';
    return [
      ...(runs ? [{ ...task, ...now, containerId: idOf(appName, service, running) }] : []),
      ...(running.failedTasks ?? []).map((failed) => ({ ...task, state: 'shutdown', ...failed })),
    ];
  });
}

/** The same container as long as its image and environment are the same. */
function idOf(appName: string, service: string, { images, env }: RunningState): string {
  const identity = JSON.stringify([appName, service, images, env]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 12);
}
