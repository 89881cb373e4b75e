/** Columns of a compose that a deploy tool never writes, as a real v0.30.2 answered them for a new one. */
export const composeColumns = {
  ...nulls(`
    repository owner branch icon watchPaths githubId gitlabId bitbucketId giteaId serverId
    gitlabProjectId gitlabRepository gitlabOwner gitlabBranch gitlabPathNamespace
    bitbucketRepository bitbucketRepositorySlug bitbucketOwner bitbucketBranch
    giteaRepository giteaOwner giteaBranch customGitUrl customGitBranch customGitSSHKeyId`),
  createEnvFile: true,
  enableSubmodules: false,
  composePath: './docker-compose.yml',
  suffix: '',
  randomize: false,
  isolatedDeployment: false,
  isolatedDeploymentsVolume: false,
  triggerType: 'push',
  serviceNetworks: [],
};

/** The same of an application. */
export const applicationColumns = {
  ...nulls(`
    previewEnv watchPaths previewBuildArgs previewBuildSecrets previewLabels previewWildcard
    previewCustomCertResolver memoryReservation memoryLimit cpuReservation cpuLimit title enabled subtitle
    command args icon repository owner branch gitlabProjectId gitlabRepository gitlabOwner gitlabBranch
    gitlabPathNamespace giteaRepository giteaOwner giteaBranch bitbucketRepository bitbucketRepositorySlug
    bitbucketOwner bitbucketBranch customGitUrl customGitBranch customGitBuildPath customGitSSHKeyId
    dockerContextPath dockerBuildStage dropBuildPath healthCheckSwarm restartPolicySwarm placementSwarm
    updateConfigSwarm rollbackConfigSwarm modeSwarm labelsSwarm networkSwarm stopGracePeriodSwarm
    endpointSpecSwarm ulimitsSwarm publishDirectory isStaticSpa registryId githubId gitlabId giteaId
    bitbucketId serverId buildServerId buildRegistryId`),
  previewPort: 3000,
  previewHttps: false,
  previewPath: '/',
  previewCertificateType: 'none',
  previewLimit: 3,
  isPreviewDeploymentsActive: false,
  previewRequireCollaboratorPermissions: true,
  cleanCache: false,
  buildPath: '/',
  triggerType: 'push',
  gitlabBuildPath: '/',
  giteaBuildPath: '/',
  bitbucketBuildPath: '/',
  enableSubmodules: false,
  dockerfile: 'Dockerfile',
  replicas: 1,
  buildType: 'nixpacks',
  railpackVersion: '0.15.4',
  herokuVersion: '24',
  networkIds: [],
  detachDokployNetwork: false,
};

const relations = {
  ...nulls('github gitlab bitbucket gitea server unauthorizedProvider'),
  domains: [],
  mounts: [],
  hasGitProviderAccess: true,
};

/** What `compose.one` adds to the row. */
export const composeRelations = { ...relations, backups: [] };

/** What `application.one` adds to the row. */
export const applicationRelations = {
  ...relations,
  ...nulls('registry buildRegistry rollbackRegistry'),
  redirects: [],
  security: [],
  ports: [],
  previewDeployments: [],
};

function nulls(names: string): Record<string, null> {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, null]),
  );
}
