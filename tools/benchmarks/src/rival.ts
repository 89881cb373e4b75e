import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workspaceRoot } from '@ehr/testing-sandbox';
import { execa } from 'execa';

/** A classic Dockerfile with a build stage, pushed by buildx: what most teams would write. */
export interface Rival {
  /** Builds the checkout and pushes it as `<repository>:<tag>`. */
  ship(
    service: string,
    repository: string,
    tag: string,
    options?: { readonly cold?: boolean },
  ): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Prepares it for a checkout. Where the base image has no shell (the stand-in), a build stage gets busybox and npm.
 * @throws where there is no engine
 */
export async function prepareRival(checkout: string, base: string): Promise<Rival> {
  const directory = await mkdtemp(join(tmpdir(), 'ehr-rival-'));
  const [shell, manifests] = [join(directory, 'shell'), join(directory, 'manifests')];
  await mkdir(shell);
  if (!(await hasShell(base))) await takeShell(shell);
  const registry = (await execa('npm', ['config', 'get', 'registry'])).stdout;
  return {
    ship: async (service, repository, tag, { cold = false } = {}) => {
      // COPY of many package.json files keeps no directories: a context of its own has them where they belong.
      await takeManifests(checkout, manifests);
      const file = join(workspaceRoot, 'tools/benchmarks/src/rival', `${service}.Dockerfile`);
      await execa(
        'docker',
        [
          ...['buildx', 'build', '--builder', 'default', '--push', '--quiet', '--provenance=false'],
          ...['--platform', 'linux/amd64,linux/arm64', '--file', file, '--tag', `${repository}:${tag}`],
          ...['--network', 'host', '--allow', 'network.host', ...(cold ? ['--no-cache'] : [])],
          ...['--build-arg', `BASE_IMAGE=${base}`, '--build-arg', 'NPM_REGISTRY'],
          ...['--build-context', `shell=${shell}`, '--build-context', `manifests=${manifests}`, checkout],
        ],
        { stdin: 'ignore', env: { NPM_REGISTRY: registry } },
      );
    },
    stop: () => rm(directory, { recursive: true, force: true }),
  };
}

async function takeManifests(checkout: string, manifests: string): Promise<void> {
  await rm(manifests, { recursive: true, force: true });
  const { stdout } = await execa('git', ['ls-files', 'package*.json', '.npmrc', '*/package.json'], {
    cwd: checkout,
  });
  for (const file of stdout.split('\n')) {
    await mkdir(dirname(join(manifests, file)), { recursive: true });
    await cp(join(checkout, file), join(manifests, file));
  }
}

async function hasShell(image: string): Promise<boolean> {
  const { failed } = await execa('docker', ['run', '--rm', image, 'sh', '-c', 'npm --version'], {
    reject: false,
  });
  return !failed;
}

/** One static program from Debian, under all its names, this machine's npm, and whom this machine trusts. */
async function takeShell(shell: string): Promise<void> {
  const options = { cwd: dirname(shell) };
  await execa(
    'sh',
    ['-c', 'apt-get download busybox-static && dpkg-deb -x busybox-static_*.deb busybox'],
    options,
  );
  const bin = join(shell, 'usr/local/bin');
  await mkdir(bin, { recursive: true });
  await cp(join(dirname(shell), 'busybox/bin/busybox'), join(bin, 'busybox'));
  const names = (await execa(join(bin, 'busybox'), ['--list'])).stdout.split('\n');
  for (const name of names.filter((each) => each !== 'busybox')) await symlink('busybox', join(bin, name));
  await mkdir(join(shell, 'usr/bin'), { recursive: true });
  await symlink('usr/bin', join(shell, 'bin'));
  const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? '/etc/ssl/certs/ca-certificates.crt';
  await cp(certificates, join(shell, 'etc/ssl/certs/ca-certificates.crt'));
  for (const name of ['sh', 'env']) await symlink('../local/bin/busybox', join(shell, 'usr/bin', name));
  const program = (await execa('sh', ['-c', 'readlink -f "$(command -v npm)"'])).stdout;
  await cp(join(dirname(program), '..'), join(shell, 'usr/local/lib/node_modules/npm'), {
    recursive: true,
    dereference: true,
  });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(bin, name));
}
