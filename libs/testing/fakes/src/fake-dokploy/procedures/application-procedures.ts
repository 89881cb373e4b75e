import { z } from 'zod';
import { applicationRelations } from '../recorded-columns.ts';
import { refused } from '../refusal.ts';
import { addService } from '../world.ts';
import { defined } from './compose-procedures.ts';
import { describePlace, describeRow, rowsOf } from './describe-row.ts';
import { findService, procedure, requiredText } from './procedure.ts';
import type { Procedure } from './procedure.ts';

const applicationId = z.string();

export const applicationProcedures: Record<string, Procedure> = {
  'application.create': procedure(
    'POST',
    {
      name: z.string(),
      environmentId: z.string(),
      description: z.string().nullish(),
      appName: z.string().optional(),
    },
    (given, { world, caller, path }) => {
      caller.mayAccess('service', path);
      if (!world.environments.some((one) => one.environmentId === given.environmentId)) {
        throw refused(404, 'Environment not found', path);
      }
      return { ...addService(world, { kind: 'application', ...defined(given) }).row };
    },
  ),
  'application.one': procedure('GET', { applicationId }, (input, context) => {
    const service = findService(input.applicationId, 'application', context);
    const { world } = context;
    return {
      ...service.row,
      ...applicationRelations,
      environment: describePlace(world, service),
      deployments: rowsOf(world, service.id).map(describeRow).reverse(),
    };
  }),
  'application.saveDockerProvider': procedure(
    'POST',
    {
      applicationId,
      dockerImage: z.string().nullish(),
      username: requiredText,
      password: requiredText,
      registryUrl: requiredText,
    },
    ({ applicationId: id, ...changes }, context) => {
      const service = findService(id, 'application', context);
      Object.assign(service.row, defined(changes), { sourceType: 'docker' });
      return true;
    },
  ),
  'application.saveEnvironment': procedure(
    'POST',
    {
      applicationId,
      env: requiredText,
      buildArgs: requiredText,
      buildSecrets: requiredText,
      createEnvFile: z.coerce.boolean(),
    },
    ({ applicationId: id, ...changes }, context) => {
      Object.assign(findService(id, 'application', context).row, changes);
      return true;
    },
  ),
  'application.update': procedure(
    'POST',
    {
      applicationId,
      name: z.string().optional(),
      description: z.string().nullish(),
      env: z.string().nullish(),
      dockerImage: z.string().nullish(),
      autoDeploy: z.coerce.boolean().optional(),
    },
    ({ applicationId: id, ...changes }, { world, caller, path }) => {
      caller.mayAccess('service', path);
      const service = world.services.get(id);
      if (service === undefined) throw refused(400, 'Error updating application', path);
      Object.assign(service.row, defined(changes));
      return true;
    },
  ),
  'application.deploy': deploy('deploy', 'Manual deployment'),
  'application.redeploy': deploy('redeploy', 'Rebuild deployment'),
};

/** Both answer 200 with zero bytes. */
function deploy(type: 'deploy' | 'redeploy', title: string): Procedure {
  const shape = { applicationId, title: z.string().optional(), description: z.string().optional() };
  return procedure('POST', shape, (input, context) => {
    const service = findService(input.applicationId, 'application', context);
    context.queue.add(service, type, input.title ?? title, input.description ?? '');
  });
}
