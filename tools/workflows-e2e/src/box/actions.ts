import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { warmNx } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { restoreCache } from './cache.ts';
import type { Contexts } from './expressions.ts';
import type { Machine } from './machine.ts';
import type { StepRun } from './step-run.ts';

interface ActionCall {
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly contexts: Contexts;
  readonly machine: Machine;
}

type StandIn = (call: ActionCall) => Promise<string>;

/** What third parties' actions do for us, done here. An action that is not in this list fails the step. */
const standIns: Readonly<Record<string, StandIn>> = {
  'actions/checkout': async ({ inputs, machine }) => {
    const { origin, workspace, sha } = machine;
    const depth = inputs['fetch-depth'] === '0' ? [] : ['--depth', '1'];
    // By path: objects are linked, where by URL they would be packed and unpacked for each job.
    await execa('git', ['clone', '--quiet', '--no-checkout', origin, workspace]);
    if (depth.length > 0)
      await execa('git', ['fetch', '--quiet', ...depth, 'origin', sha], { cwd: workspace });
    await execa('git', ['checkout', '--quiet', '--detach', sha], { cwd: workspace });
    // As `npm ci` borrows what is installed: how Nx starts cold, and that it builds, is seen elsewhere.
    await warmNx(origin, workspace);
    return `checked out ${sha}`;
  },
  'actions/setup-node': async ({ inputs }) => {
    const major = process.versions.node.split('.')[0];
    if (inputs['node-version'] !== major)
      throw new Error(`Node ${inputs['node-version']} is asked for; here is ${major}`);
    return `Node ${process.versions.node}`;
  },
  'actions/cache': ({ inputs, machine }) =>
    restoreCache(
      { key: need(inputs, 'key'), paths: need(inputs, 'path') },
      inputs['restore-keys'] ?? '',
      machine,
    ),
  'docker/setup-buildx-action': async () => (await execa('docker', ['buildx', 'inspect'])).stdout,
  'docker/login-action': async ({ inputs, env, machine, contexts }) => {
    const username = need(inputs, 'username');
    const oidc = env['DOCKERHUB_OIDC_CONNECTIONID'] ?? '';
    const permitted =
      (contexts['permissions'] as Record<string, string> | undefined)?.['id-token'] === 'write';
    if (inputs['password'] === '' && (oidc === '' || !permitted))
      throw new Error('Username and password required');
    const file = join(machine.home, 'docker/config.json');
    const auth = Buffer.from(`${username}:${inputs['password'] || 'token-of-oidc'}`).toString('base64');
    const registry =
      inputs['registry'] === 'docker.io' ? 'https://index.docker.io/v1/' : (inputs['registry'] ?? '');
    await writeFile(file, JSON.stringify({ auths: { [registry]: { auth } } }), { mode: 0o600 });
    return `signed in to ${registry}`;
  },
  'sigstore/cosign-installer': async () => (await execa('cosign', ['version'])).stdout,
};

/** Runs the stand-in of a pinned action; throws nothing: what goes wrong fails the step. */
export async function standInFor(uses: string, call: ActionCall): Promise<StepRun> {
  const [name = '', pin = ''] = uses.split('@');
  try {
    if (!/^[0-9a-f]{40}$/.test(pin)) throw new Error(`${uses} is not pinned to a commit`);
    const act = standIns[name];
    if (act === undefined) throw new Error(`there is no stand-in for ${name}`);
    return { ok: true, output: `${await act(call)}\n`, outputs: {} };
  } catch (error) {
    return { ok: false, output: `${String(error)}\n`, outputs: {} };
  }
}

function need(inputs: Readonly<Record<string, string>>, name: string): string {
  const value = inputs[name] ?? '';
  if (value === '') throw new Error(`Input required and not supplied: ${name}`);
  return value;
}
