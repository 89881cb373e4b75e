import { z } from 'zod';
import { refused } from '../refusal.ts';
import { describeRow, rowsOf } from './describe-row.ts';
import { procedure } from './procedure.ts';
import type { Procedure } from './procedure.ts';

const types = [
  'application',
  'compose',
  'server',
  'schedule',
  'previewDeployment',
  'backup',
  'volumeBackup',
] as const;

export const deploymentProcedures: Record<string, Procedure> = {
  // An id that does not exist is `[]` for an owner, a 401 for a member.
  'deployment.allByCompose': procedure('GET', { composeId: z.string() }, ({ composeId }, context) => {
    context.caller.mayUse(composeId, context.path);
    return rowsOf(context.world, composeId).map(describeRow);
  }),
  'deployment.all': procedure('GET', { applicationId: z.string() }, ({ applicationId }, context) => {
    context.caller.mayUse(applicationId, context.path);
    return rowsOf(context.world, applicationId).map(describeRow);
  }),
  'deployment.allByType': procedure('GET', { id: z.string(), type: z.enum(types) }, ({ id }, context) => {
    context.caller.mayUse(id, context.path);
    return rowsOf(context.world, id).map((row) => ({ ...describeRow(row), rollback: null }));
  }),
  'deployment.queueList': procedure('GET', {}, (_, { queue }) => queue.list()),
  'deployment.readLogs': procedure(
    'GET',
    { deploymentId: z.string(), tail: z.coerce.number().int().min(1).max(10_000).optional() },
    ({ deploymentId, tail = 100 }, { world, caller, path }) => {
      const row = world.rows.find((one) => one.deploymentId === deploymentId);
      if (row === undefined) throw refused(404, 'Deployment not found', path);
      caller.mayUse(row.serviceId, path);
      return (world.logs.get(row.logPath) ?? '')
        .split('\n')
        .slice(-tail - 1)
        .join('\n');
    },
  ),
  'deployment.killProcess': procedure('POST', { deploymentId: z.string() }, (_, { path }) => {
    throw refused(400, 'Deployment is not running', path);
  }),
};
