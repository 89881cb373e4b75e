import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { JournalEntry, Report, Status } from '@ehr/delivery-core';
import { type Checkout, type DeliveryWorld, type DokployWorld, jsonIn } from '@ehr/testing-worlds';
import { execa } from 'execa';

/** What the world sets for a laptop, and a checkout whose environments have files must not find in the process environment. */
export const NO_SETTINGS = {
  REGISTRY: '',
  DOCKERHUB_USERNAME: '',
  COMPOSE_PROJECT_NAME: '',
  API_PORT: '',
  WEB_PORT: '',
};

/** One thing a person or CI does, and how it ended. */
export interface Act {
  readonly title: string;
  readonly command: string;
  readonly exitCode: number;
  /** Null when it was refused before there was a plan. */
  readonly report: Report | null;
  readonly said: string;
}

/** What happened on a walk, and how things stand at its end. */
export interface Walk {
  readonly acts: readonly Act[];
  /** Tag → digest in the registry, at the end. */
  readonly tags: Readonly<Record<string, string>>;
  readonly history: readonly JournalEntry[];
  /** Of dev, staging and prod. */
  readonly status: readonly Status[];
}

/**
 * dev → staging → prod → v1.0.0 → a bad release → v1.1.0 → rollback to v1.0.0 → v1.0.1, with ehr-api, in a
 * checkout with a real history, through Dokploy. `tell` hears each act as it ends.
 */
export async function walkEnvironments(
  world: DeliveryWorld,
  dokploy: DokployWorld,
  checkout: Checkout,
  tell: (act: Act) => void | Promise<void>,
): Promise<Walk> {
  const acts: Act[] = [];
  const cwd = checkout.directory;
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=Demo', '-c', 'user.email=demo@example.org', ...args], { cwd });
  const commit = async (line: string, message: string) => {
    const main = join(cwd, 'apps/ehr-api/src/main.ts');
    await writeFile(main, `${line}\n${await readFile(main, 'utf8')}`);
    await git('commit', '--all', '--quiet', '--message', message);
  };
  // As a person has them: one file an environment, and nothing in the process environment.
  for (const { name, variables } of dokploy.environments) {
    const lines = Object.entries(variables).map(([key, value]) => `${key}=${value}\n`);
    await writeFile(join(cwd, `.env.${name}`), lines.join(''));
  }
  const nx = (...args: string[]) => world.nx(args, NO_SETTINGS, cwd);
  const act = async (title: string, verb: string, environment: string, ...args: string[]) => {
    const run = await nx('run', `ehr-api:${verb}:${environment}`, '--json', ...args);
    const report = run.stdout.includes('"outcome"') ? jsonIn<Report>(run.stdout) : null;
    const command = `nx ${verb} ehr-api --configuration=${environment} ${args.join(' ')}`.trimEnd();
    acts.push({ title, command, exitCode: run.exitCode, report, said: `${run.stdout}\n${run.stderr}` });
    for (const last of acts.slice(-1)) await tell(last);
  };

  // What is pushed is what the remote has: here both are one.
  await git('remote', 'set-url', 'origin', cwd);
  await git('switch', '--quiet', '--create', 'develop');
  await commit('// one', 'Feature');
  await act('push to develop', 'deploy', 'dev');
  await git('switch', '--quiet', '--create', 'staging');
  await act('merge to staging', 'deploy', 'staging');
  await git('switch', '--quiet', '--force-create', 'main');
  await act('merge to main', 'deploy', 'prod');
  await git('tag', 'v1.0.0');
  await act('tag v1.0.0', 'deploy', 'prod', '--release=v1.0.0');
  await commit('process.exit(3);', 'Break it');
  await act('a bad release', 'deploy', 'prod');
  await act('the bad release again', 'deploy', 'prod');
  await git('revert', '--no-edit', 'HEAD');
  await commit('// two', 'Second feature');
  await git('tag', 'v1.1.0');
  await act(
    'a plan for v1.1.0, to be reviewed',
    'deploy',
    'prod',
    '--release=v1.1.0',
    '--plan=dist/v1.1.0.json',
  );
  await act('tag v1.1.0, as reviewed', 'deploy', 'prod', '--release=v1.1.0', '--apply=dist/v1.1.0.json');
  await act('the same plan once more', 'deploy', 'prod', '--release=v1.1.0', '--apply=dist/v1.1.0.json');
  await act('roll back to v1.0.0', 'rollback', 'prod', '--to=v1.0.0');
  await act('CI deploys main again', 'deploy', 'prod');
  await git('switch', '--quiet', '--create', 'hotfix', 'v1.0.0');
  await commit('// three', 'Hotfix');
  await git('tag', 'v1.0.1');
  await act(
    'tag v1.0.1, letting prod go',
    'deploy',
    'prod',
    '--release=v1.0.1',
    '--unfreeze=the hotfix is here',
  );

  const history = await nx('run', 'ehr-api:history:prod', '--json');
  const status = await nx('run', 'ehr-api:status', '--json');
  const rows = arrayIn<Status>(status.stdout).filter(({ environment }) => environment !== 'local');
  return { acts, tags: await tagsOf(world), history: arrayIn<JournalEntry>(history.stdout), status: rows };
}

/** The JSON array that Nx prints lines of its own around. */
function arrayIn<T>(stdout: string): T[] {
  // Colours are sequences that hold a bracket, too.
  const text = stripVTControlCharacters(stdout);
  return JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1)) as T[];
}

async function tagsOf({ registry, project }: DeliveryWorld): Promise<Record<string, string>> {
  const base = `http://${registry}/v2/${project}/ehr-api`;
  const { tags } = (await (await fetch(`${base}/tags/list`)).json()) as { tags: string[] };
  const accept = 'application/vnd.oci.image.index.v1+json';
  // Neither the journal nor a lock, nor what is attached to an image.
  const images = tags.filter((tag) => !/^(journal|lock|sha256)(-|$)/.test(tag));
  const digests = images.map(async (tag) => {
    const answer = await fetch(`${base}/manifests/${tag}`, { method: 'HEAD', headers: { accept } });
    return [tag, answer.headers.get('docker-content-digest') ?? ''] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}
