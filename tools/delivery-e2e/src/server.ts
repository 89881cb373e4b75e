import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideBaseImage } from '@ehr/testing-sandbox';
import type { DeliveryWorld } from '@ehr/testing-worlds';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';

/** What a server without Dokploy has: a directory with deploy.sh and the compose files, and an engine. */
export interface Server {
  readonly directory: string;
  /** `./deploy.sh <args>`, with nothing of this run's own settings in its environment. */
  deploy(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome>;
  /** Writes .env.<environment> out of its example with these changes. */
  configure(environment: string, changes: Readonly<Record<string, string>>): Promise<void>;
  remove(): Promise<void>;
}

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const FILES = ['deploy.sh', 'docker-compose.yml', 'docker-stack.yml'];
const EXAMPLES = ['dev', 'staging', 'prod'].map((environment) => `.env.${environment}.example`);

/** A directory as on a server: deploy.sh, compose file and settings. */
export async function setUpServer(): Promise<Server> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-server-'));
  for (const file of [...FILES, ...EXAMPLES]) {
    await copyFile(join(workspaceRoot, file), join(directory, file));
  }
  return {
    directory,
    deploy: async (args, env = {}) => {
      const { PATH = '', HOME = '' } = process.env;
      const call = { cwd: directory, extendEnv: false, env: { PATH, HOME, ...env } };
      const run = await execa('./deploy.sh', args, { ...call, reject: false, stdin: 'ignore' });
      return { exitCode: run.exitCode ?? -1, stdout: run.stdout, stderr: run.stderr };
    },
    configure: async (environment, changes) => {
      let text = await readFile(join(directory, `.env.${environment}.example`), 'utf8');
      for (const [name, value] of Object.entries(changes)) {
        text = text.replace(new RegExp(`^${name}=.*$`, 'm'), `${name}=${value}`);
      }
      await writeFile(join(directory, `.env.${environment}`), text);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Answers every request with its version; a health check that is quick to decide. */
const PROGRAM = (version: string, healthy: boolean) => `
console.log('version ${version} starts');
require('node:http').createServer((request, response) => {
  response.writeHead(${healthy ? 200 : 503}).end('${version}');
}).listen(3000);
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0));
`;

/** Pushes a small image of `service` under `tag` and returns its digest: `repository:tag` moves there. */
export async function publish(
  world: DeliveryWorld,
  service: string,
  tag: string,
  version: string,
  { healthy = true } = {},
): Promise<string> {
  const context = await mkdtemp(join(tmpdir(), 'ehr-small-'));
  try {
    const { reference: base } = await provideBaseImage(() => undefined);
    const check = "fetch('http://127.0.0.1:3000').then(({ ok }) => process.exit(ok ? 0 : 1))";
    const lines = [
      `FROM ${base}`,
      'COPY main.js /main.js',
      `HEALTHCHECK --interval=5s --timeout=5s --start-period=10s --start-interval=1s --retries=2 CMD ["node", "-e", "${check}"]`,
      'ENTRYPOINT []',
      'USER 1000:1000',
      'CMD ["node", "/main.js"]',
      '',
    ];
    await writeFile(join(context, 'Dockerfile'), lines.join('\n'));
    await writeFile(join(context, 'main.js'), PROGRAM(version, healthy));
    const reference = `${world.registry}/${world.project}/${service}:${tag}`;
    await world.docker('build', '--quiet', '--tag', reference, context);
    const pushed = await world.docker('push', reference);
    // The engine shall have to fetch it, as it would on a server.
    await world.docker('rmi', reference);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed)?.[1];
    if (digest === undefined) throw new Error(pushed);
    return digest;
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
