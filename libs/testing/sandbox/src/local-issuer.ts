import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, run } from './run.ts';
import { waitUntil } from './wait-until.ts';
import { workspaceRoot } from './workspace.ts';

/** Whose project an issuer belongs to, and what it runs. */
const LABEL = 'connect.ehr.issuer';
const RUNS_LABEL = 'connect.ehr.issuer.runs';
/** What `nx build ehr-issuer` makes. */
const PROGRAM = join(workspaceRoot, 'dist/apps/ehr-issuer/main.mjs');

/**
 * Runs the development issuer beside the services of a compose project, on the base image they are built on: browsers reach it
 * at a port of this machine, the services as `ehr-issuer-local`. It has no image of its own, so nothing can ship it. One that
 * runs the same already stays, and with it who is signed in.
 * @throws SandboxError where docker fails, or the port is taken
 */
export async function startLocalIssuer(
  project: string,
  { baseImage, port }: { readonly baseImage: string; readonly port: number },
): Promise<{ readonly url: string; readonly started: boolean }> {
  const url = `http://127.0.0.1:${port}`;
  const runs = createHash('sha256')
    .update(readFileSync(PROGRAM))
    .update(`${baseImage} ${port}`)
    .digest('hex');
  const same = ['--filter', `label=${LABEL}=${project}`, '--filter', `label=${RUNS_LABEL}=${runs}`];
  if ((await run('docker', ['ps', '--quiet', ...same])) !== '') return { url, started: false };
  await stopLocalIssuer(project);
  const name = `${project}-issuer`;
  await run('docker', [
    ...['create', '--name', name, '--label', `${LABEL}=${project}`, '--label', `${RUNS_LABEL}=${runs}`],
    ...['--network', `${project}_default`, '--network-alias', 'ehr-issuer-local'],
    ...['--publish', `127.0.0.1:${port}:4300`, '--restart', 'unless-stopped'],
    ...['--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges:true'],
    ...['--memory', '256m', '--pids-limit', '64', '--user', '1000:1000'],
    ...['--env', 'HOST=0.0.0.0', '--env', `EHR_ISSUER_URL=${url}`, '--env', 'EHR_ISSUER_STATE=/tmp/issuer'],
    ...['--entrypoint', 'node', baseImage, '/ehr-issuer.mjs'],
  ]);
  await run('docker', ['cp', PROGRAM, `${name}:/ehr-issuer.mjs`]);
  await run('docker', ['start', name]);
  await waitUntil(
    () =>
      fetch(`${url}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    {
      timeoutMs: 60_000,
      message: () => `The development issuer does not answer at ${url}; see docker logs ${name}.`,
    },
  );
  return { url, started: true };
}

/** Takes it away again; whether there was one. */
export async function stopLocalIssuer(project: string): Promise<boolean> {
  const { stdout = '' } = await attempt('docker', [
    'ps',
    '--all',
    '--quiet',
    '--filter',
    `label=${LABEL}=${project}`,
  ]);
  const containers = stdout.split('\n').filter(Boolean);
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
  return containers.length > 0;
}
