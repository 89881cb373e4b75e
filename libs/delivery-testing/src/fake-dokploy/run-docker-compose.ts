import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeployConfig, DeployOutcome } from './play-behaviour.ts';

/**
 * An `onDeploy` that does what Dokploy does with a compose (contract § 7.1): writes docker-compose.yml and .env into
 * a directory named after the app, and runs `docker compose` or the service's own command with an empty environment.
 */
export function runDockerCompose(directory: string) {
  return async (config: DeployConfig): Promise<Partial<DeployOutcome>> => {
    if (config.kind !== 'compose') throw new Error(`no engine for a ${config.kind} in the fake Dokploy`);
    const code = join(directory, config.appName, 'code');
    await rm(code, { recursive: true, force: true });
    await mkdir(code, { recursive: true });
    await writeFile(join(code, 'docker-compose.yml'), config.composeFile);
    await writeFile(
      join(code, '.env'),
      `APP_NAME=${config.appName}\nCOMPOSE_PROJECT_NAME=${config.appName}\n${config.env}\n`,
    );
    const command =
      config.command === ''
        ? `compose -p ${config.appName} -f docker-compose.yml up -d --build --remove-orphans`
        : config.command;
    const { failed, output } = await docker(command.split(/\s+/), code);
    return failed
      ? {
          status: 'error',
          log: `${output}\nError: ❌ Docker command failed\n\nError occurred ❌, check the logs for details.\n`,
        }
      : { status: 'done', log: `${output}\nDocker Compose Deployed: ✅\n` };
  };
}

function docker(args: string[], cwd: string): Promise<{ failed: boolean; output: string }> {
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  return new Promise((done) => {
    execFile('docker', args, { cwd, env, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      done({ failed: error !== null, output: `${stdout}${stderr}` });
    });
  });
}
