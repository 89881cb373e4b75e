import { z } from 'zod';
import { describeDeployments } from './deployment-procedures.ts';
import { describePlace } from './place-procedures.ts';
import { findService, mutation, query, requiredText } from './procedure.ts';
import type { CallContext, Procedure } from './procedure.ts';
import { applicationRelations, composeRelations } from './recorded-columns.ts';
import { refused } from './refusal.ts';
import { addService, newId, setStatus } from './world.ts';
import type { FakeService, NewService, World } from './world.ts';

const composeId = z.string();
const applicationId = z.string();
const newService = { name: z.string(), environmentId: z.string(), description: z.string().nullish() };
const newDeployment = { title: z.string().optional(), description: z.string().optional() };
const changes = {
  name: z.string().optional(),
  description: z.string().nullish(),
  env: z.string().nullish(),
  // Coerced: the text "false" switches auto deploy ON.
  autoDeploy: z.coerce.boolean().optional(),
};

const composeProcedures: Record<string, Procedure> = {
  'compose.create': mutation(
    {
      ...newService,
      composeType: z.enum(['docker-compose', 'stack']).optional(),
      appName: z
        .string()
        .regex(
          /^[a-zA-Z0-9._-]+$/,
          'App name can only contain letters, numbers, dots, underscores and hyphens',
        )
        .optional(),
      sourceType: z.string().optional(),
      composeFile: z.string().optional(),
    },
    ({ composeType, ...given }, context) =>
      create({ kind: composeType === 'stack' ? 'stack' : 'compose', ...given }, context),
  ),
  'compose.one': query({ composeId }, ({ composeId: id }, context) =>
    describe(findService(id, 'compose', context), context.world),
  ),
  'compose.update': mutation(
    {
      composeId,
      ...changes,
      composeFile: z.string().optional(),
      command: z.string().optional(),
      sourceType: z.string().optional(),
    },
    // An unknown id is a 200 with nothing in it.
    ({ composeId: id, ...given }, context) => update(id, given, context),
  ),
  'compose.saveEnvironment': mutation({ composeId, env: requiredText }, ({ composeId: id, env }, context) => {
    findService(id, 'compose', context).row.env = env;
    return true;
  }),
  'compose.getDefaultCommand': query({ composeId }, ({ composeId: id }, context) => {
    const { kind, row } = findService(id, 'compose', context);
    return kind === 'stack'
      ? `docker stack deploy -c docker-compose.yml ${row.appName} --prune --with-registry-auth`
      : `docker compose -p ${row.appName} -f docker-compose.yml up -d --build --remove-orphans`;
  }),
  'compose.deploy': deployCompose('deploy', 'Deployment queued'),
  'compose.redeploy': deployCompose('redeploy', 'Redeployment queued'),
  'compose.stop': mutation({ composeId }, ({ composeId: id }, context) => {
    const service = findService(id, 'compose', context);
    setStatus(service, 'idle');
    service.running.health = 'absent';
    return true;
  }),
  'compose.readLogs': query(
    { composeId, containerId: z.string(), tail: z.coerce.number().optional() },
    ({ composeId: id, containerId, tail = 100 }, context) => {
      const { running } = findService(id, 'compose', context);
      return context.world.engine?.log(containerId, tail) ?? running.log ?? '';
    },
  ),
  'compose.cleanQueues': mutation({ composeId }, ({ composeId: id }, context) => {
    context.queue.clean(findService(id, 'compose', context).id);
    return { success: true, message: 'Queues cleaned successfully' };
  }),
  'compose.cancelDeployment': mutation({ composeId }, ({ composeId: id }, context) => {
    findService(id, 'compose', context);
    throw refused(400, 'Deployment cancellation only available in cloud version', context.path);
  }),
  'compose.refreshToken': mutation({ composeId }, ({ composeId: id }, context) => {
    findService(id, 'compose', context).row.refreshToken = newId();
    return true;
  }),
  // Whether to delete the volumes need not be sent.
  'compose.delete': mutation({ composeId }, ({ composeId: id }, context) => {
    const { caller, world } = context;
    if (caller.isMember) caller.mayAccess('server');
    const service = findService(id, 'compose', context);
    world.services.delete(id);
    // The two that depend on the caller are left out here.
    return { ...describe(service, world), hasGitProviderAccess: undefined, unauthorizedProvider: undefined };
  }),
};

const applicationProcedures: Record<string, Procedure> = {
  'application.create': mutation({ ...newService, appName: z.string().optional() }, (given, context) =>
    create({ kind: 'application', ...given }, context),
  ),
  'application.one': query({ applicationId }, ({ applicationId: id }, context) =>
    describe(findService(id, 'application', context), context.world),
  ),
  'application.update': mutation(
    { applicationId, ...changes, dockerImage: z.string().nullish() },
    ({ applicationId: id, ...given }, context) => {
      if (update(id, given, context) === undefined)
        throw refused(400, 'Error updating application', context.path);
      return true;
    },
  ),
  'application.saveDockerProvider': mutation(
    {
      applicationId,
      dockerImage: z.string().nullish(),
      username: requiredText,
      password: requiredText,
      registryUrl: requiredText,
    },
    ({ applicationId: id, ...given }, context) => {
      Object.assign(findService(id, 'application', context).row, given, { sourceType: 'docker' });
      return true;
    },
  ),
  'application.saveEnvironment': mutation(
    {
      applicationId,
      env: requiredText,
      buildArgs: requiredText,
      buildSecrets: requiredText,
      // Coerced: missing is false.
      createEnvFile: z.coerce.boolean(),
    },
    ({ applicationId: id, ...given }, context) => {
      Object.assign(findService(id, 'application', context).row, given);
      return true;
    },
  ),
  'application.deploy': deployApplication('deploy'),
  'application.redeploy': deployApplication('redeploy'),
};

/** Composes (stacks are composes too) and applications. */
export const serviceProcedures = { ...composeProcedures, ...applicationProcedures };

function create(given: NewService, { world, caller, path }: CallContext): FakeService['row'] {
  caller.mayAccess('service');
  if (!world.environments.some((one) => one.environmentId === given.environmentId))
    throw refused(404, 'Environment not found', path);
  return addService(world, given).row;
}

function update(id: string, given: object, { world, caller }: CallContext): FakeService['row'] | undefined {
  caller.mayAccess('service');
  const row = world.services.get(id)?.row;
  return row && Object.assign(row, given);
}

function describe(service: FakeService, world: World): object {
  return {
    ...service.row,
    ...(service.kind === 'application' ? applicationRelations : composeRelations),
    environment: describePlace(world, service),
    // A real one shows them in no order: a client has to call `deployment.allByCompose`.
    deployments: describeDeployments(world, service.id).reverse(),
  };
}

function deployCompose(type: 'deploy' | 'redeploy', message: string): Procedure {
  return mutation({ composeId, ...newDeployment }, ({ composeId: id, ...given }, context) => {
    enqueue(findService(id, 'compose', context), type, given, context);
    return { success: true, message, composeId: id };
  });
}

/** Answers 200 with zero bytes. */
function deployApplication(type: 'deploy' | 'redeploy'): Procedure {
  return mutation({ applicationId, ...newDeployment }, ({ applicationId: id, ...given }, context) =>
    enqueue(findService(id, 'application', context), type, given, context),
  );
}

function enqueue(
  service: FakeService,
  type: 'deploy' | 'redeploy',
  { title, description = '' }: z.output<z.ZodObject<typeof newDeployment>>,
  { queue }: CallContext,
): void {
  const ownTitle = type === 'deploy' ? 'Manual deployment' : 'Rebuild deployment';
  queue.add(service, type, title ?? ownTitle, description);
}
