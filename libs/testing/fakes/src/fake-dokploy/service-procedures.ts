import { z } from 'zod';
import { describeDeployments } from './deployment-procedures.ts';
import { describePlace } from './place-procedures.ts';
import { type CallContext, mutation, type Procedure, query, requiredText } from './procedure.ts';
import { applicationRelations, composeRelations } from './recorded-columns.ts';
import { refused } from './refusal.ts';
import { addService, type FakeService, newId, type NewService, setStatus } from './world.ts';

const onCompose = proceduresOf('compose');
const onApplication = proceduresOf('application');
const text = z.string().optional();
const newService = { name: z.string(), environmentId: z.string(), description: z.string().nullish() };
const newDeployment = { title: text, description: text };
const changes = {
  name: text,
  description: z.string().nullish(),
  env: z.string().nullish(),
  // Coerced: the text "false" switches auto deploy ON.
  autoDeploy: z.coerce.boolean().optional(),
};
const appName = z
  .string()
  .regex(/^[a-zA-Z0-9._-]+$/, 'App name can only contain letters, numbers, dots, underscores and hyphens');

const composeProcedures: Record<string, Procedure> = {
  'compose.create': mutation(
    {
      ...newService,
      composeType: z.enum(['docker-compose', 'stack']).optional(),
      appName: appName.optional(),
      sourceType: text,
      composeFile: text,
    },
    ({ composeType, ...given }, context) =>
      create({ kind: composeType === 'stack' ? 'stack' : 'compose', ...given }, context),
  ),
  'compose.one': onCompose(query, {}, describe),
  'compose.update': mutation(
    { composeId: z.string(), ...changes, composeFile: text, command: text, sourceType: text },
    // An unknown id is a 200 with nothing in it.
    ({ composeId, ...given }, context) => update(composeId, given, context),
  ),
  'compose.saveEnvironment': onCompose(mutation, { env: requiredText }, save),
  'compose.getDefaultCommand': onCompose(query, {}, ({ kind, row }) =>
    kind === 'stack'
      ? `docker stack deploy -c docker-compose.yml ${row.appName} --prune --with-registry-auth`
      : `docker compose -p ${row.appName} -f docker-compose.yml up -d --build --remove-orphans`,
  ),
  'compose.deploy': onCompose(mutation, newDeployment, (service, given, { queue }) => {
    queue.add(service, 'deploy', given.title ?? 'Manual deployment', given.description ?? '');
    return { success: true, message: 'Deployment queued', composeId: service.id };
  }),
  'compose.redeploy': onCompose(mutation, newDeployment, (service, given, { queue }) => {
    queue.add(service, 'redeploy', given.title ?? 'Rebuild deployment', given.description ?? '');
    return { success: true, message: 'Redeployment queued', composeId: service.id };
  }),
  'compose.stop': onCompose(mutation, {}, (service) => {
    setStatus(service, 'idle');
    service.running.health = 'absent';
    return true;
  }),
  'compose.readLogs': onCompose(
    query,
    { containerId: z.string(), tail: z.coerce.number().optional() },
    ({ running }, { containerId, tail = 100 }, { world }) =>
      world.engine?.log(containerId, tail) ?? running.log ?? '',
  ),
  'compose.cleanQueues': onCompose(mutation, {}, ({ id }, _, { queue }) => {
    queue.clean(id);
    return { success: true, message: 'Queues cleaned successfully' };
  }),
  'compose.cancelDeployment': onCompose(mutation, {}, (_service, _given, { path }) => {
    throw refused(400, 'Deployment cancellation only available in cloud version', path);
  }),
  'compose.refreshToken': onCompose(mutation, {}, ({ row }) => {
    row.refreshToken = newId();
    return true;
  }),
  // Whether to delete the volumes need not be sent.
  'compose.delete': mutation({ composeId: z.string() }, ({ composeId }, context) => {
    if (context.caller.isMember) context.caller.mayAccess('server');
    const service = findService(composeId, 'compose', context);
    context.world.services.delete(composeId);
    // The two that depend on the caller are left out here.
    const left = { hasGitProviderAccess: undefined, unauthorizedProvider: undefined };
    return { ...describe(service, {}, context), ...left };
  }),
};

const applicationProcedures: Record<string, Procedure> = {
  'application.create': mutation({ ...newService, appName: text }, (given, context) =>
    create({ kind: 'application', ...given }, context),
  ),
  'application.one': onApplication(query, {}, describe),
  'application.update': mutation(
    { applicationId: z.string(), ...changes, dockerImage: z.string().nullish() },
    ({ applicationId, ...given }, context) => {
      if (update(applicationId, given, context) !== undefined) return true;
      throw refused(400, 'Error updating application', context.path);
    },
  ),
  'application.saveDockerProvider': onApplication(
    mutation,
    {
      dockerImage: z.string().nullish(),
      username: requiredText,
      password: requiredText,
      registryUrl: requiredText,
    },
    (service, given) => save(service, { ...given, sourceType: 'docker' }),
  ),
  'application.saveEnvironment': onApplication(
    mutation,
    {
      env: requiredText,
      buildArgs: requiredText,
      buildSecrets: requiredText,
      // Coerced: missing is false.
      createEnvFile: z.coerce.boolean(),
    },
    save,
  ),
  // Both answer 200 with zero bytes.
  'application.deploy': onApplication(mutation, newDeployment, (service, given, { queue }) =>
    queue.add(service, 'deploy', given.title ?? 'Manual deployment', given.description ?? ''),
  ),
  'application.redeploy': onApplication(mutation, newDeployment, (service, given, { queue }) =>
    queue.add(service, 'redeploy', given.title ?? 'Rebuild deployment', given.description ?? ''),
  ),
};

/** Composes (stacks are composes too) and applications. */
export const serviceProcedures = { ...composeProcedures, ...applicationProcedures };

/** Procedures of one service: `run` gets the one that the input's `composeId` or `applicationId` names. */
function proceduresOf(kind: 'compose' | 'application') {
  return <Shape extends z.ZodRawShape>(
    method: typeof query,
    shape: Shape,
    run: (service: FakeService, given: z.output<z.ZodObject<Shape>>, context: CallContext) => unknown,
  ): Procedure =>
    method({ [`${kind}Id`]: z.string(), ...shape }, (input: Record<string, unknown>, context) =>
      run(findService(String(input[`${kind}Id`]), kind, context), input as never, context),
    );
}

/** 401 where the caller does not see it, 404 where there is none of this kind. */
function findService(id: string, kind: 'compose' | 'application', context: CallContext): FakeService {
  context.caller.mayUse(id);
  const service = context.world.services.get(id);
  if (service !== undefined && (service.kind === 'application') === (kind === 'application')) return service;
  throw refused(404, kind === 'application' ? 'Application not found' : 'Compose not found', context.path);
}

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

function save({ row }: FakeService, given: object): true {
  Object.assign(row, given);
  return true;
}

function describe(service: FakeService, _given: object, { world }: CallContext): object {
  return {
    ...(service.kind === 'application' ? applicationRelations : composeRelations),
    ...service.row,
    environment: describePlace(world, service),
    // A real one shows them in no order: a client has to call `deployment.allByCompose`.
    deployments: describeDeployments(world, service.id).reverse(),
  };
}
