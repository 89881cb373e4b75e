import { stopLocalIssuer } from './local-issuer.ts';
import { run } from './run.ts';

interface Volume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>> | null;
}

/**
 * Takes the services of a compose project down; its volumes stay unless `purge`. Only volumes that the project made for
 * itself go then: one with a name of its own, an external one and one of another project may hold somebody's records.
 * Returns what it did, to be shown.
 *
 * @throws SandboxError where docker fails
 */
export async function stopServices(project: string, { purge }: { readonly purge: boolean }): Promise<string> {
  // It is in the network that goes with them.
  await stopLocalIssuer(project);
  const label = `label=com.docker.compose.project=${project}`;
  const containers = await list(['ps', '--all', '--quiet', '--filter', label]);
  if (containers.length > 0)
    await run('docker', ['compose', '--project-name', project, 'down', '--timeout', '15']);
  // Not `down --volumes`: it asks the compose file, not the volumes, whose they are.
  const labelled = purge ? await list(['volume', 'ls', '--quiet', '--filter', label]) : [];
  const own = (await inspect(labelled)).filter((volume) => isOwn(volume, project)).map(({ Name }) => Name);
  if (own.length > 0) await run('docker', ['volume', 'rm', ...own]);
  const kept = labelled.filter((name) => !own.includes(name));
  const keeps = kept.length > 0 ? `; kept ${kept.join(', ')}, which ${project} shares by name` : '';
  if (containers.length + own.length === 0) return `none running${keeps}`;
  return `${containers.length} containers${purge ? ` and ${own.length} volumes` : ''} removed${keeps}`;
}

/** Compose calls a volume `<project>_<name>` unless the file gives it a name of its own or says that it is external. */
function isOwn({ Name, Labels }: Volume, project: string): boolean {
  return (
    Labels?.['com.docker.compose.project'] === project &&
    Name === `${project}_${Labels['com.docker.compose.volume']}`
  );
}

async function inspect(names: readonly string[]): Promise<Volume[]> {
  if (names.length === 0) return [];
  return JSON.parse(await run('docker', ['volume', 'inspect', ...names])) as Volume[];
}

async function list(args: readonly string[]): Promise<string[]> {
  return (await run('docker', args)).split('\n').filter(Boolean);
}
