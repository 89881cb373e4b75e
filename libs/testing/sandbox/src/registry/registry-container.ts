import type { ForegroundProcess } from '../processes/foreground-process.ts';
import { run, succeeds } from '../processes/run.ts';

export const REGISTRY_IMAGE = 'registry:3';

/** The registry as a container, for machines without Debian's package; it ends with `stop`, its data with it. */
export async function startRegistryContainer(options: {
  readonly address: string;
  readonly passwordFile?: string;
}): Promise<ForegroundProcess> {
  const name = `ehr-connect-registry-${options.address.replace(/\W/g, '-')}`;
  const auth = options.passwordFile
    ? [
        ...['--volume', `${options.passwordFile}:/htpasswd:ro`, '--env', 'REGISTRY_AUTH=htpasswd'],
        ...[
          '--env',
          'REGISTRY_AUTH_HTPASSWD_REALM=sandbox',
          '--env',
          'REGISTRY_AUTH_HTPASSWD_PATH=/htpasswd',
        ],
      ]
    : [];
  await run('docker', [
    ...['run', '--detach', '--rm', '--name', name, '--publish', `${options.address}:5000`],
    ...['--env', 'REGISTRY_STORAGE_DELETE_ENABLED=true', ...auth, REGISTRY_IMAGE],
  ]);
  return {
    output: () => `see \`docker logs ${name}\``,
    ended: () => false,
    stop: async () => void (await succeeds('docker', ['rm', '--force', name])),
  };
}
