import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { joinSharedNetwork, SHARED_NETWORK } from './join-shared-network.ts';
import type { DeployConfig, DeployOutcome } from './play-behaviour.ts';
import type { Engine } from './world.ts';
import { envFileOf } from './write-env-file.ts';

/**
 * Lets the fake Dokploy drive the real `docker compose`: `startFakeDokploy(composeEngine(directory))`. As in contract
 * § 7.1 it writes docker-compose.yml and .env into a directory named after the app, and runs Dokploy's command or the
 * service's own with an empty environment. A deploy of an application or stack fails.
 */
export function composeEngine(directory: string) {
  return {
    onDeploy: (config: DeployConfig) => deploy(config, join(directory, config.appName, 'code')),
    engine: { containers, log, inspect },
  };
}

async function deploy(config: DeployConfig, code: string): Promise<Partial<DeployOutcome>> {
  const { kind, appName, env, domains } = config;
  const composeFile = joinSharedNetwork(config.composeFile, domains);
  if (kind !== 'compose') throw new Error(`no engine for a ${kind} in the fake Dokploy`);
  await rm(code, { recursive: true, force: true });
  await mkdir(code, { recursive: true });
  await writeFile(join(code, 'docker-compose.yml'), composeFile);
  await writeFile(join(code, '.env'), envFileOf(appName, env));
  // A Dokploy server has it from the beginning; there is an answer, and no harm, when it is there.
  if (composeFile.includes(SHARED_NETWORK)) await docker(['network', 'create', SHARED_NETWORK]);
  const own = `compose -p ${appName} -f docker-compose.yml up -d --build --remove-orphans`;
  const { failed, output } = await docker((config.command || own).split(/\s+/), code);
  const end = 'Error: ❌ Docker command failed\n\nError occurred ❌, check the logs for details.';
  return failed
    ? { status: 'error', log: `${output}\n${end}\n` }
    : { status: 'done', log: `${output}\nDocker Compose Deployed: ✅\n` };
}

/** `docker ps` as Dokploy shows it. */
const containers: Engine['containers'] = async (appName) => {
  const { output } = await docker([
    ...['ps', '--all', '--filter', `label=com.docker.compose.project=${appName}`],
    ...['--format', '{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Status}}'],
  ]);
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [containerId = '', name = '', state = '', status = ''] = line.split('\t');
      return { containerId, name, state, status };
    });
};

const log: Engine['log'] = async (containerId, tail) =>
  (await docker(['logs', '--tail', String(tail), containerId])).output;

const inspect: Engine['inspect'] = async (type, name) => {
  const { failed, output } = await docker(['inspect', '--type', type, '--format', '{{json .}}', name]);
  return failed ? undefined : (JSON.parse(output) as object);
};

async function docker(args: string[], cwd?: string): Promise<{ failed: boolean; output: string }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  const options = { env, extendEnv: false, reject: false, stripFinalNewline: false } as const;
  const { failed, stdout, stderr } = await execa('docker', args, { ...options, ...(cwd && { cwd }) });
  // Both are undefined where `docker` cannot be started.
  return { failed, output: [stdout, stderr].join('') };
}
