import { randomBytes } from 'node:crypto';
import { freePort, startRegistry } from '@ehr/testing-sandbox';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';
import { type NxRun, runNx } from './checkout.ts';

/** What ehr-api and ehr-web demand in staging and prod; no test signs in there. */
export const DEMANDED = {
  EHR_ALLOW_EMBEDDED_DATABASE: 'true',
  EHR_ISSUERS: '[{"issuer":"https://id.example.org","audience":"ehr"}]',
  EHR_SESSION_SECRET: 'of this test alone, and of nobody else',
};

/** A registry, a compose project and ports of the test's own: nothing of `npm start` is touched. */
export interface DeliveryWorld {
  readonly registry: string;
  readonly project: string;
  readonly urls: { readonly api: string; readonly web: string };
  /** Runs Nx in this checkout, or in another. */
  nx(args: readonly string[], env?: Readonly<Record<string, string>>, directory?: string): Promise<NxRun>;
  /** The variables of one environment of the world: a compose project and a port of its own. */
  environment(name: string): Promise<{ url: string; variables: Record<string, string> }>;
  docker(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts a registry and takes a compose project of its own.
 * @throws SandboxError without an engine
 */
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
    // What is tested is deployments: nobody signs in.
    EHR_ISSUERS: 'none',
  };
  const environments = new Map<string, { url: string; variables: Record<string, string> }>();
  const docker = async (...args: string[]) => (await execa('docker', args, { cwd: workspaceRoot })).stdout;
  return {
    registry: registry.host,
    project,
    urls: { api: `http://127.0.0.1:${api}`, web: `http://127.0.0.1:${web}` },
    nx: (args, env = {}, directory = workspaceRoot) => runNx(directory, args, { ...variables, ...env }),
    environment: async (name) => {
      const port = await freePort();
      const fresh = {
        url: `http://127.0.0.1:${port}`,
        variables: {
          COMPOSE_PROJECT_NAME: `${project}-${name}`,
          API_PORT: String(port),
          ...DEMANDED,
        },
      };
      environments.set(name, environments.get(name) ?? fresh);
      return environments.get(name) ?? fresh;
    },
    docker,
    stop: async () => {
      try {
        for (const name of [project, ...[...environments.keys()].map((key) => `${project}-${key}`)]) {
          await docker('compose', '--project-name', name, 'down', '--volumes', '--timeout', '10');
        }
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
    .filter(([repository = '']) => repository.includes(namespace));
  for (const [repository, tag, digest] of names) {
    const byDigest = () => docker('rmi', `${repository}@${digest}`);
    // What was pulled as `tag@digest` is listed with its tag, and not known by it.
    await (tag === '<none>' ? byDigest() : docker('rmi', `${repository}:${tag}`).catch(byDigest));
  }
}

/** The JSON document in an `nx run … --json`; Nx prints lines of its own around it. */
export function jsonIn<T>(stdout: string): T {
  return JSON.parse(stdout.slice(stdout.indexOf('{'), stdout.lastIndexOf('}') + 1)) as T;
}
