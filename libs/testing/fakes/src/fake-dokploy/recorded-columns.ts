/** Columns of a new compose as a real v0.30.2 answered them. */
export const composeColumns = {
  ...each(
    null,
    `repository owner branch icon watchPaths githubId gitlabId bitbucketId giteaId serverId gitlabProjectId
    gitlabRepository gitlabOwner gitlabBranch gitlabPathNamespace bitbucketRepository bitbucketRepositorySlug
    bitbucketOwner bitbucketBranch giteaRepository giteaOwner giteaBranch customGitUrl customGitBranch
    customGitSSHKeyId`,
  ),
  ...each(false, 'enableSubmodules randomize isolatedDeployment isolatedDeploymentsVolume'),
  ...each('', 'suffix command'),
  createEnvFile: true,
  composePath: './docker-compose.yml',
  triggerType: 'push',
  serviceNetworks: [],
  composeStatus: 'idle',
};

/** The same of an application. */
export const applicationColumns = {
  ...each(
    null,
    `previewEnv watchPaths previewBuildArgs previewBuildSecrets previewLabels previewWildcard
    previewCustomCertResolver memoryReservation memoryLimit cpuReservation cpuLimit title enabled subtitle
    command args icon repository owner branch gitlabProjectId gitlabRepository gitlabOwner gitlabBranch
    gitlabPathNamespace giteaRepository giteaOwner giteaBranch bitbucketRepository bitbucketRepositorySlug
    bitbucketOwner bitbucketBranch customGitUrl customGitBranch customGitBuildPath customGitSSHKeyId
    dockerContextPath dockerBuildStage dropBuildPath healthCheckSwarm restartPolicySwarm placementSwarm
    updateConfigSwarm rollbackConfigSwarm modeSwarm labelsSwarm networkSwarm stopGracePeriodSwarm
    endpointSpecSwarm ulimitsSwarm publishDirectory isStaticSpa registryId githubId gitlabId giteaId
    bitbucketId serverId buildServerId buildRegistryId dockerImage username password registryUrl buildArgs
    buildSecrets rollbackRegistryId`,
  ),
  ...each(
    false,
    `previewHttps isPreviewDeploymentsActive cleanCache enableSubmodules detachDokployNetwork rollbackActive`,
  ),
  ...each(true, 'previewRequireCollaboratorPermissions createEnvFile'),
  ...each('/', 'previewPath buildPath gitlabBuildPath giteaBuildPath bitbucketBuildPath'),
  previewPort: 3000,
  previewCertificateType: 'none',
  previewLimit: 3,
  triggerType: 'push',
  dockerfile: 'Dockerfile',
  replicas: 1,
  buildType: 'nixpacks',
  railpackVersion: '0.15.4',
  herokuVersion: '24',
  networkIds: [],
  applicationStatus: 'idle',
};

const relations = {
  ...each(null, 'github gitlab bitbucket gitea server unauthorizedProvider'),
  ...each([], 'domains mounts'),
  hasGitProviderAccess: true,
};

/** What `compose.one` adds to the row. */
export const composeRelations = { ...relations, backups: [] };

/** What `application.one` adds to the row. */
export const applicationRelations = {
  ...relations,
  ...each(null, 'registry buildRegistry rollbackRegistry'),
  ...each([], 'redirects security ports previewDeployments'),
};

/** The same value under each of the names, which are separated by spaces. */
export function each<T>(value: T, names: string): Record<string, T> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, value]));
}
