import type { DeploymentRow, FakeService, World } from '../world.ts';

/** A deployment as every listing shows it. */
export function describeRow({ serviceId, kind, ...row }: DeploymentRow): object {
  return {
    deploymentId: row.deploymentId,
    title: row.title,
    description: row.description,
    status: row.status,
    logPath: row.logPath,
    pid: null,
    applicationId: kind === 'application' ? serviceId : null,
    composeId: kind === 'application' ? null : serviceId,
    serverId: null,
    isPreviewDeployment: false,
    previewDeploymentId: null,
    createdAt: row.createdAt,
    startedAt: row.createdAt,
    finishedAt: row.finishedAt,
    // Null in every failed deploy: the reason is in the log alone.
    errorMessage: null,
    scheduleId: null,
    backupId: null,
    rollbackId: null,
    volumeBackupId: null,
    buildServerId: null,
  };
}

export function rowsOf(world: World, serviceId: string): DeploymentRow[] {
  return world.rows.filter((row) => row.serviceId === serviceId);
}

/** The environment with its project, as `compose.one` nests it. */
export function describePlace(world: World, { environmentId }: FakeService): object | null {
  const environment = world.environments.find((one) => one.environmentId === environmentId);
  if (environment === undefined) return null;
  const project = world.projects.find((one) => one.projectId === environment.projectId);
  return {
    ...environment,
    project: project && { ...project, organizationId: world.organizationId },
  };
}
