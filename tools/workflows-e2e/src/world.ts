import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeGithub, startFakeGithub } from '@ehr/testing-fakes';
import {
  checkOut,
  type DokployWorld,
  runNx,
  startDeliveryWorld,
  startDokployWorld,
} from '@ehr/testing-worlds';
import { execa } from 'execa';
import { ID_TOKEN, openBox } from './box/box.ts';
import type { GithubEvent, Repository } from './box/event.ts';
import type { EventRun } from './box/job-result.ts';
import type { Trouble } from './box/runner.ts';
import { type Trace, tracesInDokploy, tracesInFiles, tracesInRegistry } from './search-canaries.ts';

/** A GitHub repository with the shipped workflows, a registry, a Dokploy with three environments, and the engine. */
export interface PipelineWorld {
  readonly dokploy: DokployWorld;
  readonly github: FakeGithub;
  readonly box: Awaited<ReturnType<typeof openBox>>;
  /** What the runs left behind in caches, in the registry and in Dokploy. */
  traces(): Promise<readonly Trace[]>;
  /** Everything that must never be in any of it. */
  readonly secrets: readonly string[];
  git(...args: string[]): Promise<string>;
  /** Prepends a line to a file and commits it on the branch; answers with the commit. */
  commit(branch: string, file: string, line: string): Promise<string>;
  push(
    branch: string,
    options?: { readonly trouble?: Trouble; readonly runId?: number; readonly only?: string },
  ): Promise<EventRun>;
  tag(name: string): Promise<EventRun>;
  /** At the commit that the ref names, unless it says another. */
  happen(
    event: Partial<GithubEvent> & Pick<GithubEvent, 'name' | 'ref'>,
    options?: { readonly only?: string; readonly trouble?: Trouble },
  ): Promise<EventRun>;
  /** Fingerprint that the service answers with in the environment; null when it does not. */
  runs(environment: string, service: 'ehr-api' | 'ehr-web'): Promise<string | null>;
  /** Tag → digest, without the journal's and other tags for machines. */
  tags(service: string): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Starts all of that, empty, with this checkout as the repository; of the services those are built that are pushed.
 * @throws when the engine or cosign is not there
 */
export async function startPipelineWorld(
  services: readonly ('ehr-api' | 'ehr-web')[] = ['ehr-api', 'ehr-web'],
): Promise<PipelineWorld> {
  const delivery = await startDeliveryWorld();
  const [checkout, dokploy, github] = await Promise.all([
    checkOut('pipeline'),
    startDokployWorld(delivery, ['dev', 'staging', 'prod'], ['ehr-api', 'ehr-web']),
    startFakeGithub(),
  ]);
  const { directory } = checkout;
  const git = async (...args: string[]) => {
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
    return (await execa('git', [...author, ...args], { cwd: directory })).stdout.trim();
  };
  const token = 'canary-registry-token';
  await testLittle(directory);
  await git('commit', '--all', '--quiet', '--message', 'Test one library');
  // What `warmNx` brings to each job's machine.
  await runNx(directory, ['run-many', '-t', 'build', '-p', services.join()]);
  const key = await signingKey();
  const caches = join(directory, '../caches');
  const registryOf = (service: string) => `http://${delivery.registry}/v2/${delivery.project}/${service}`;
  const box = await openBox({
    origin: directory,
    workflows: join(directory, '.github/workflows'),
    actions: join(directory, '.github/actions'),
    nodeModules: join(directory, 'node_modules'),
    caches,
    repository: repositoryOf(dokploy, token, key),
    github: { GITHUB_TOKEN: github.token, GITHUB_API_URL: github.url },
  });
  const happen: PipelineWorld['happen'] = async (event, { only, trouble } = {}) =>
    box.happen({ sha: event.sha ?? (await git('rev-parse', event.ref)), ...event }, trouble, only);
  return {
    dokploy,
    github,
    box,
    secrets: [
      token,
      key.COSIGN_PASSWORD,
      key.COSIGN_PRIVATE_KEY.split('\n')[2] ?? '',
      ID_TOKEN,
      dokploy.memberKey,
      dokploy.fake.ownerKey,
      github.token,
    ],
    traces: async () => [
      ...(await tracesInFiles(caches)),
      ...(await tracesInRegistry(registryOf('ehr-api'))),
      ...tracesInDokploy(dokploy.fake),
    ],
    git,
    commit: async (branch, file, line) => {
      await git('switch', '--quiet', branch);
      const path = join(directory, file);
      await writeFile(path, `${line}\n${await readFile(path, 'utf8')}`);
      await git('commit', '--all', '--quiet', '--message', `Change ${file}`);
      return git('rev-parse', 'HEAD');
    },
    push: async (branch, { runId, ...options } = {}) =>
      happen({ name: 'push', ref: `refs/heads/${branch}`, ...(runId !== undefined && { runId }) }, options),
    tag: async (name) => {
      await git('tag', name);
      return happen({ name: 'push', ref: `refs/tags/${name}` });
    },
    happen,
    runs: async (environment, service) => {
      const url = dokploy.environments.find(({ name }) => name === environment)?.urls[service];
      const path = service === 'ehr-api' ? '/health' : '/api/health';
      const answer = await fetch(`${url}${path}`).catch(() => null);
      const report = (await answer?.json().catch(() => null)) as { fingerprint?: string } | null;
      return report?.fingerprint ?? null;
    },
    tags: (service) => tagsOf(registryOf(service)),
    stop: async () => {
      await Promise.all([github.stop(), dokploy.stop()]);
      await checkout.remove();
      await delivery.stop();
    },
  };
}

/**
 * As docs/GITHUB_ACTIONS_SETUP.md says: where the images are in the repository, the rest in the environments. Images are
 * built for dev first, so there they are signed.
 */
function repositoryOf(dokploy: DokployWorld, token: string, key: SigningKey): Repository {
  const { REGISTRY = '', DOCKERHUB_USERNAME = '' } = dokploy.environments[0]?.variables ?? {};
  const shared = { REGISTRY, DOCKERHUB_USERNAME };
  const environments = dokploy.environments.map(({ name, variables }) => {
    const { DOKPLOY_API_KEY = '', ...others } = variables;
    const vars = Object.fromEntries(Object.entries(others).filter(([key]) => !(key in shared)));
    const secrets = { DOKPLOY_API_KEY, DOCKERHUB_TOKEN: token };
    if (name !== 'dev') return [name, { vars, secrets }] as const;
    return [name, { vars: { ...vars, COSIGN: 'true' }, secrets: { ...secrets, ...key } }] as const;
  });
  return { vars: shared, secrets: {}, environments: Object.fromEntries(environments) };
}

/** Of the workspace's own checks a few are left to the repository: the pipeline is what is tested here, not they. */
async function testLittle(directory: string): Promise<void> {
  const kept: Readonly<Record<string, readonly string[]>> = {
    'libs/ehr/health/project.json': ['typecheck', 'test'],
    'apps/ehr-api/project.json': ['typecheck'],
  };
  const { stdout } = await execa('git', ['ls-files', '*/project.json'], { cwd: directory });
  for (const file of stdout.split('\n')) {
    const path = join(directory, file);
    const project = JSON.parse(await readFile(path, 'utf8')) as { targets?: Record<string, unknown> };
    const dropped = ['lint', 'typecheck', 'test', 'e2e', 'long'].filter(
      (target) => kept[file]?.includes(target) !== true && project.targets?.[target] !== undefined,
    );
    for (const target of dropped) delete project.targets?.[target];
    if (dropped.length > 0) await writeFile(path, JSON.stringify(project));
  }
}

interface SigningKey extends Record<string, string> {
  readonly COSIGN_PRIVATE_KEY: string;
  readonly COSIGN_PASSWORD: string;
}

async function signingKey(): Promise<SigningKey> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-cosign-'));
  const COSIGN_PASSWORD = 'canary-cosign-password';
  await execa('cosign', ['generate-key-pair'], { cwd: directory, env: { COSIGN_PASSWORD } });
  const COSIGN_PRIVATE_KEY = await readFile(join(directory, 'cosign.key'), 'utf8');
  await rm(directory, { recursive: true });
  return { COSIGN_PRIVATE_KEY, COSIGN_PASSWORD };
}

async function tagsOf(base: string): Promise<Record<string, string>> {
  const listed = await fetch(`${base}/tags/list`);
  const { tags } = listed.ok ? ((await listed.json()) as { tags: string[] }) : { tags: [] };
  const accept = 'application/vnd.oci.image.index.v1+json';
  const images = tags.filter((tag) => !/^(journal(-|$)|fingerprint-|sha256-)/.test(tag));
  const digests = images.map(async (tag) => {
    const answer = await fetch(`${base}/manifests/${tag}`, { method: 'HEAD', headers: { accept } });
    return [tag, answer.headers.get('docker-content-digest') ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}
