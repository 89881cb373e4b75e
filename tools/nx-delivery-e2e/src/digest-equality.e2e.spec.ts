import { openLayout } from '@ehr/registry-client';
import { requireOrSkip } from '@ehr/sandbox';
import { workspaceRoot } from '@nx/devkit';
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Two clean checkouts in different directories, built without any cache: one digest a service. */
describe.skipIf(!requireOrSkip('engine'))('the images of two clean checkouts', { timeout: 900_000 }, () => {
  const checkouts: string[] = [];
  const services = ['ehr-api', 'ehr-web'];

  beforeAll(async () => {
    for (const umask of ['0022', '0077']) {
      // Paths of different length, files of different times and modes.
      const directory = join(
        await mkdtemp(join(tmpdir(), 'ehr-checkout-')),
        umask === '0022' ? 'a' : 'another-longer-name',
      );
      checkouts.push(directory);
      // Hard links: quick, and unlike a symbolic link they are not resolved to one place for both.
      const copy = process.platform === 'linux' ? 'cp -al' : 'cp -R';
      const script = `umask ${umask}; git clone --quiet "$0" "$1" && ${copy} "$0/node_modules" "$1/node_modules"`;
      await execa('sh', ['-c', script, workspaceRoot, directory]);
      await execa(
        'sh',
        [
          '-c',
          `umask ${umask}; exec "$@"`,
          'sh',
          'nx',
          'run-many',
          '-t',
          'container',
          '-p',
          services.join(','),
          '--skip-nx-cache',
        ],
        {
          cwd: directory,
          preferLocal: true,
          localDir: directory,
          extendEnv: false,
          env: {
            ...withoutNx(process.env),
            DOCKERHUB_USERNAME: `checkout-${checkouts.length}`,
            NX_DAEMON: 'false',
            NX_TUI: 'false',
          },
          stdin: 'ignore',
        },
      );
    }
  }, 900_000);
  afterAll(async () => {
    for (const directory of checkouts) await rm(join(directory, '..'), { recursive: true, force: true });
    const names = checkouts.flatMap((_, position) =>
      services.map((service) => `checkout-${position + 1}/${service}:local`),
    );
    await execa('docker', ['rmi', '--force', ...names], { reject: false });
  }, 120_000);

  it.each(services)('of %s have the same digest', async (service) => {
    const digests = await Promise.all(
      checkouts.map(
        async (directory) => (await openLayout(join(directory, 'dist/containers', service))).index.digest,
      ),
    );
    expect(digests[0]).toMatch(/^sha256:/);
    expect(digests[1]).toBe(digests[0]);
  });

  // nx-container has an open report of several apps in one run getting one Dockerfile (gperdomor/oss#662).
  it.each(services)(
    'of %s, built beside the other in one run, come from its own Dockerfile',
    async (service) => {
      for (const directory of checkouts) {
        const { manifests } = await openLayout(join(directory, 'dist/containers', service));
        const titles = manifests.map(
          ({ config }) => config.config?.Labels?.['org.opencontainers.image.title'],
        );
        expect(titles).toEqual([service, service]);
      }
    },
  );
});

function withoutNx(env: NodeJS.ProcessEnv) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('NX_')));
}
