import { run } from './run.ts';

/** The compose project of the environment `local`. */
const PROJECT = process.env['COMPOSE_PROJECT_NAME'] ?? 'ehr-connect-local';
const LABEL = `label=com.docker.compose.project=${PROJECT}`;

/**
 * Takes the local services down; their volumes stay unless `purge`. Returns what it did, to be shown.
 *
 * @throws SandboxError where docker fails
 */
export async function stopServices({ purge }: { readonly purge: boolean }): Promise<string> {
  const containers = await list(['ps', '--all', '--quiet', '--filter', LABEL]);
  if (containers.length > 0)
    await run('docker', ['compose', '--project-name', PROJECT, 'down', '--timeout', '15']);
  // Not `down --volumes`: without the compose file it finds only volumes that a container still uses.
  const volumes = purge ? await list(['volume', 'ls', '--quiet', '--filter', LABEL]) : [];
  if (volumes.length > 0) await run('docker', ['volume', 'rm', ...volumes]);
  if (containers.length + volumes.length === 0) return 'none running';
  return `${containers.length} containers${purge ? ` and ${volumes.length} volumes` : ''} removed`;
}

async function list(args: readonly string[]): Promise<string[]> {
  return (await run('docker', args)).split('\n').filter(Boolean);
}
