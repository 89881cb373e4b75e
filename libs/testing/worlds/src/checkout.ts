import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nxEnvironment } from '@ehr/testing-sandbox';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';
import { linkTree } from './link-tree.ts';
import { warmNx } from './warm-nx.ts';

/** A Git checkout of this workspace in a directory of its own. */
export interface Checkout {
  readonly directory: string;
  remove(): Promise<void>;
}

/**
 * A clean clone of the last commit in a directory of its own, with dependencies, made under the given umask. Nx starts
 * warm there, and knows what was built here, unless `cold`.
 */
export async function checkOut(
  name: string,
  { umask = '0022', cold = false }: { readonly umask?: string; readonly cold?: boolean } = {},
): Promise<Checkout> {
  const parent = await mkdtemp(join(tmpdir(), 'ehr-checkout-'));
  const directory = join(parent, name);
  await execa('sh', ['-c', `umask ${umask}; git clone --quiet "$0" "$1"`, workspaceRoot, directory]);
  await linkTree(join(workspaceRoot, 'node_modules'), directory);
  if (!cold) await warmNx(workspaceRoot, directory);
  // A process of the checkout that is just ending may still write into its cache.
  const retried = { maxRetries: 10, retryDelay: 200 };
  return { directory, remove: () => rm(parent, { recursive: true, force: true, ...retried }) };
}

/** How a run of Nx ended, and what it printed. */
export interface NxRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the checkout's own Nx, as a person would, under nothing of the run that is going on around the test. */
export async function runNx(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  umask = '0022',
): Promise<NxRun> {
  const { exitCode, stdout, stderr } = await startNx(directory, args, env, umask);
  return { exitCode: exitCode ?? 1, stdout, stderr };
}

/** The same, which goes on: `detached` gives it a process group of its own, so that all of it can be ended. */
export function startNx(
  directory: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  umask = '0022',
  detached = false,
) {
  return execa('sh', ['-c', `umask ${umask}; exec nx "$@"`, 'sh', ...args], {
    cwd: directory,
    preferLocal: true,
    localDir: directory,
    extendEnv: false,
    env: {
      ...processEnvWithout(/^(NX_|FORCE_COLOR)/),
      ...nxEnvironment(directory),
      ...env,
    },
    reject: false,
    stdin: 'ignore',
    detached,
  });
}

/** The environment of this process without the variables that match: for what is no part of the run around a test. */
export function processEnvWithout(names: RegExp): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.test(name)));
}
