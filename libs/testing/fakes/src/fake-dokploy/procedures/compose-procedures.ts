import { z } from 'zod';
import { composeRelations } from '../recorded-columns.ts';
import { refused } from '../refusal.ts';
import { addService, newId, setStatus } from '../world.ts';
import type { FakeService, World } from '../world.ts';
import { describePlace, describeRow, rowsOf } from './describe-row.ts';
import { findService, missingIsFalse, procedure, requiredText } from './procedure.ts';
import type { Procedure } from './procedure.ts';

const composeId = z.string();
const appName = z
  .string()
  .regex(/^[a-zA-Z0-9._-]+$/, 'App name can only contain letters, numbers, dots, underscores and hyphens');

export const composeProcedures: Record<string, Procedure> = {
  'compose.create': procedure(
    'POST',
    {
      name: z.string(),
      environmentId: z.string(),
      description: z.string().nullish(),
      composeType: z.enum(['docker-compose', 'stack']).optional(),
      appName: appName.optional(),
      sourceType: z.string().optional(),
      composeFile: z.string().optional(),
    },
    ({ composeType, ...given }, { world, caller, path }) => {
      caller.mayAccess('service', path);
      if (!world.environments.some((one) => one.environmentId === given.environmentId)) {
        throw refused(404, 'Environment not found', path);
      }
      const kind = composeType === 'stack' ? 'stack' : 'compose';
      return { ...addService(world, { kind, ...defined(given) }).row };
    },
  ),
  'compose.one': procedure('GET', { composeId }, (input, context) => {
    return describe(findService(input.composeId, 'compose', context), context.world);
  }),
  'compose.update': procedure(
    'POST',
    {
      composeId,
      name: z.string().optional(),
      description: z.string().nullish(),
      env: z.string().nullish(),
      composeFile: z.string().optional(),
      command: z.string().optional(),
      sourceType: z.string().optional(),
      // Coerced: the text "false" switches auto deploy ON.
      autoDeploy: z.coerce.boolean().optional(),
    },
    ({ composeId: id, ...changes }, { world, caller, path }) => {
      caller.mayAccess('service', path);
      const service = world.services.get(id);
      // An unknown id is a 200 with nothing in it.
      if (service === undefined) return undefined;
      Object.assign(service.row, defined(changes));
      return { ...service.row };
    },
  ),
  'compose.saveEnvironment': procedure('POST', { composeId, env: requiredText }, (input, context) => {
    findService(input.composeId, 'compose', context).row.env = input.env;
    return true;
  }),
  'compose.getDefaultCommand': procedure('GET', { composeId }, (input, context) => {
    const { kind, row } = findService(input.composeId, 'compose', context);
    return kind === 'stack'
      ? `docker stack deploy -c docker-compose.yml ${row.appName} --prune --with-registry-auth`
      : `docker compose -p ${row.appName} -f docker-compose.yml up -d --build --remove-orphans`;
  }),
  'compose.deploy': deploy('deploy', 'Manual deployment', 'Deployment queued'),
  'compose.redeploy': deploy('redeploy', 'Rebuild deployment', 'Redeployment queued'),
  'compose.stop': procedure('POST', { composeId }, (input, context) => {
    const service = findService(input.composeId, 'compose', context);
    setStatus(service, 'idle');
    service.running.health = 'absent';
    return true;
  }),
  'compose.readLogs': procedure(
    'GET',
    { composeId, containerId: z.string(), tail: z.coerce.number().optional() },
    ({ composeId: id, containerId, tail = 100 }, context) => {
      const { running } = findService(id, 'compose', context);
      return context.world.engine?.log(containerId, tail) ?? running.log ?? '';
    },
  ),
  'compose.cleanQueues': procedure('POST', { composeId }, (input, context) => {
    context.queue.clean(findService(input.composeId, 'compose', context).id);
    return { success: true, message: 'Queues cleaned successfully' };
  }),
  'compose.cancelDeployment': procedure('POST', { composeId }, (input, context) => {
    findService(input.composeId, 'compose', context);
    throw refused(400, 'Deployment cancellation only available in cloud version', context.path);
  }),
  'compose.refreshToken': procedure('POST', { composeId }, (input, context) => {
    findService(input.composeId, 'compose', context).row.refreshToken = newId();
    return true;
  }),
  'compose.delete': procedure('POST', { composeId, deleteVolumes: missingIsFalse }, (input, context) => {
    if (context.caller.isMember) context.caller.mayAccess('server', context.path);
    const service = findService(input.composeId, 'compose', context);
    context.world.services.delete(service.id);
    // The two that depend on who asks are left out here.
    return {
      ...describe(service, context.world),
      hasGitProviderAccess: undefined,
      unauthorizedProvider: undefined,
    };
  }),
};

function describe(service: FakeService, world: World): object {
  return {
    ...service.row,
    ...composeRelations,
    environment: describePlace(world, service),
    // In no order: a client has to ask `deployment.allByCompose`.
    deployments: rowsOf(world, service.id).map(describeRow).reverse(),
  };
}

function deploy(type: 'deploy' | 'redeploy', title: string, message: string): Procedure {
  const shape = { composeId, title: z.string().optional(), description: z.string().optional() };
  return procedure('POST', shape, (input, context) => {
    const service = findService(input.composeId, 'compose', context);
    context.queue.add(service, type, input.title ?? title, input.description ?? '');
    return { success: true, message, composeId: service.id };
  });
}

export function defined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as never;
}
