import { z } from 'zod';
import { type CallContext, mutation, type Procedure, query } from './procedure.ts';
import { each } from './recorded-columns.ts';
import { refused } from './refusal.ts';
import type { DeploymentRow, World } from './world.ts';

const types = [
  'application',
  'compose',
  'server',
  'schedule',
  'previewDeployment',
  'backup',
  'volumeBackup',
] as const;

/** Deployments, their logs, and the queue. */
export const deploymentProcedures: Record<string, Procedure> = {
  'deployment.allByCompose': query({ composeId: z.string() }, (input, context) =>
    list(input.composeId, context),
  ),
  'deployment.all': query({ applicationId: z.string() }, (input, context) =>
    list(input.applicationId, context),
  ),
  'deployment.allByType': query({ id: z.string(), type: z.enum(types) }, (input, context) =>
    list(input.id, context).map((row) => ({ ...row, rollback: null })),
  ),
  'deployment.queueList': query({}, (_, { queue }) => queue.list()),
  'deployment.readLogs': query(
    { deploymentId: z.string(), tail: z.coerce.number().int().min(1).max(10_000).optional() },
    ({ deploymentId, tail = 100 }, { world, caller, path }) => {
      const row = world.rows.find((one) => one.deploymentId === deploymentId);
      if (row === undefined) throw refused(404, 'Deployment not found', path);
      caller.mayUse(row.serviceId);
      const lines = (world.logs.get(row.logPath) ?? '').split('\n');
      return lines.slice(-tail - 1).join('\n');
    },
  ),
  'deployment.killProcess': mutation({ deploymentId: z.string() }, (_, { path }) => {
    throw refused(400, 'Deployment is not running', path);
  }),
};

/** An id that does not exist is `[]` for an owner, a 401 for a member. */
function list(serviceId: string, { world, caller }: CallContext): object[] {
  caller.mayUse(serviceId);
  return describeDeployments(world, serviceId);
}

/** The service's deployments as every listing shows them, newest first. */
export function describeDeployments(world: World, serviceId: string): object[] {
  return world.rowsOf(serviceId).map(describe);
}

/** `errorMessage` is null in every failed deploy: the reason is in the log alone. */
const neverSet = each(
  null,
  'pid serverId previewDeploymentId errorMessage scheduleId backupId rollbackId volumeBackupId buildServerId',
);

function describe({ serviceId, kind, ...row }: DeploymentRow): object {
  return {
    ...neverSet,
    ...row,
    startedAt: row.createdAt,
    isPreviewDeployment: false,
    applicationId: kind === 'application' ? serviceId : null,
    composeId: kind === 'application' ? null : serviceId,
  };
}
