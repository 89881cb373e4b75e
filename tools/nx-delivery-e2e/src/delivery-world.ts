import { freePort, startRegistry } from '@ehr/sandbox';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';
import { randomBytes } from 'node:crypto';
import { runNx } from './checkout.ts';
import type { NxRun } from './checkout.ts';

/** A registry, a compose project and ports of the test's own: nothing of `npm start` is touched. */
export interface DeliveryWorld {
  readonly registry: string;
  readonly project: string;
  readonly urls: { readonly api: string; readonly web: string };
  /** Runs Nx in this checkout, or in another. */
  nx(args: readonly string[], env?: Readonly<Record<string, string>>, directory?: string): Promise<NxRun>;
  docker(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export async function startDeliveryWorld(): Promise<DeliveryWorld> {
  const registry = await startRegistry();
  const project = `ehr-e2e-${randomBytes(4).toString('hex')}`;
  const [api, web] = [await freePort(), await freePort()];
  const variables = {
    REGISTRY: registry.host,
    DOCKERHUB_USERNAME: project,
    COMPOSE_PROJECT_NAME: project,
    API_PORT: String(api),
    WEB_PORT: String(web),
  };
  const docker = async (...args: string[]) => (await execa('docker', args, { cwd: workspaceRoot })).stdout;
  return {
    registry: registry.host,
    project,
    urls: { api: `http://127.0.0.1:${api}`, web: `http://127.0.0.1:${web}` },
    nx: (args, env = {}, directory = workspaceRoot) => runNx(directory, args, { ...variables, ...env }),
    docker,
    stop: async () => {
      try {
        await docker('compose', '--project-name', project, 'down', '--volumes', '--timeout', '10');
        await removeImages(docker, `${project}/`);
      } finally {
        await registry.stop();
      }
    },
  };
}

/** By name, never by id: a running service elsewhere may have the same content. */
async function removeImages(docker: DeliveryWorld['docker'], namespace: string): Promise<void> {
  const listed = await docker('images', '--digests', '--format', '{{.Repository}} {{.Tag}} {{.Digest}}');
  const names = listed
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([repository = '']) => repository.includes(namespace))
    .map(([repository, tag, digest]) =>
      tag === '<none>' ? `${repository}@${digest}` : `${repository}:${tag}`,
    );
  for (const name of names) await docker('rmi', name);
}

/** The JSON document in an `nx run … --json`; Nx prints lines of its own around it. */
export function jsonIn<T>(stdout: string): T {
  return JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1)) as T;
}
