/**
 * The inputs that the pinned actions declare in their action.yml, by `owner/name@commit`; of some only those in
 * use or likely to be. A pin that is not here is a finding, so a new version brings its inputs along.
 */
export const actionInputs: Readonly<Record<string, readonly string[]>> = {
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': [
    ...['repository', 'ref', 'token', 'persist-credentials', 'path', 'clean', 'filter', 'sparse-checkout'],
    ...['fetch-depth', 'fetch-tags', 'show-progress', 'lfs', 'submodules', 'set-safe-directory'],
  ],
  'actions/setup-node@48b55a011bda9f5d6aeb4c2d9c7362e8dae4041e': [
    ...['node-version', 'node-version-file', 'architecture', 'check-latest', 'registry-url', 'scope'],
    ...['token', 'cache', 'package-manager-cache', 'cache-dependency-path'],
  ],
  'actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830': [
    ...['path', 'key', 'restore-keys', 'upload-chunk-size', 'enableCrossOsArchive', 'fail-on-cache-miss'],
    'lookup-only',
  ],
  'docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e': [
    ...['version', 'name', 'driver', 'driver-opts', 'buildkitd-flags', 'buildkitd-config'],
    ...['buildkitd-config-inline', 'use', 'endpoint', 'platforms', 'append', 'cache-binary', 'cleanup'],
  ],
  'docker/login-action@dbcb813823bdd20940b903addbd779551569679f': [
    ...['registry', 'username', 'password', 'ecr', 'logout'],
  ],
  'sigstore/cosign-installer@d58896d6a1865668819e1d91763c7751a165e159': [
    ...['cosign-release', 'install-dir', 'use-sudo'],
  ],
};
