import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { openLayout } from '@ehr/delivery-registry';
import { provideBaseImage, requireOrSkip } from '@ehr/testing-sandbox';
import { type Checkout, checkOut, runNx } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Every file below a directory, and the hash of its content. */
async function contentOf(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const hashed = files.sort().map(async (file) => {
    const hash = createHash('sha256').update(await readFile(file));
    return [relative(directory, file), hash.digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(hashed));
}

/** Two clean checkouts in different directories, built without any cache: one digest a service. */
describe.skipIf(!requireOrSkip('engine'))('the images of two clean checkouts', { timeout: 900_000 }, () => {
  const services = ['ehr-api', 'ehr-web'];
  const checkouts: Checkout[] = [];
  const layoutOf = ({ directory }: Checkout, service: string) =>
    openLayout(join(directory, 'dist/containers', service));

  beforeAll(async () => {
    // Paths of different length, files of different times and modes.
    for (const [name, umask] of [
      ['a', '0022'],
      ['ein längerer Name (2)', '0077'],
    ] as const) {
      const checkout = await checkOut(name, { umask, cold: true });
      checkouts.push(checkout);
      const args = ['run-many', '-t', 'container', '-p', services.join(','), '--skip-nx-cache'];
      const run = await runNx(checkout.directory, args, { DOCKERHUB_USERNAME: `checkout-${umask}` }, umask);
      if (run.exitCode !== 0) throw new Error(`${run.stdout}\n${run.stderr}`);
    }
  }, 900_000);
  afterAll(async () => {
    await Promise.all(checkouts.map((checkout) => checkout.remove()));
    const names = ['0022', '0077'].flatMap((umask) =>
      services.map((service) => `checkout-${umask}/${service}:local`),
    );
    await execa('docker', ['rmi', '--force', ...names], { reject: false });
  });

  it.each(services)('of %s have the same digest', async (service) => {
    const [first, second] = await Promise.all(checkouts.map((checkout) => layoutOf(checkout, service)));
    expect(first?.index.digest).toMatch(/^sha256:/);
    expect(second?.index.digest).toBe(first?.index.digest);
  });

  // Where containers have their sources.
  it.each(['/src', '/app'])('have the same content when the build runs in %s', async (place) => {
    const [checkout] = checkouts;
    if (checkout === undefined) throw new Error('There is no checkout.');
    const built = join(checkout.directory, 'dist/apps');
    const before = await contentOf(built);
    await rm(built, { recursive: true });
    const { reference } = await provideBaseImage(() => undefined);
    // The base has no shell; this machine's, and with it what its programs need.
    const system = ['/usr', '/bin', '/lib', '/lib64'].filter(existsSync).map((path) => `${path}:${path}:ro`);
    const mounts = [...system, `${checkout.directory}:${place}`].flatMap((mount) => ['--volume', mount]);
    const programs = `${place}/node_modules/.bin`;
    const settings = [
      'NX_DAEMON=false',
      'NX_ISOLATE_PLUGINS=false',
      'HOME=/tmp',
      `PATH=${programs}:/usr/bin:/bin`,
    ];
    const variables = settings.flatMap((one) => ['--env', one]);
    const nx = [`${programs}/nx`, 'run-many', '-t', 'build', '-p', services.join(), '--skip-nx-cache'];
    await execa('docker', ['run', '--rm', ...mounts, '--workdir', place, ...variables, reference, ...nx]);
    expect(await contentOf(built)).toEqual(before);
    expect(Object.keys(before).length).toBeGreaterThan(100);
  });

  // nx-container has an open report of several apps in one run getting one Dockerfile (gperdomor/oss#662).
  it.each(services)(
    'of %s, built beside the other in one run, come from its own Dockerfile',
    async (service) => {
      for (const checkout of checkouts) {
        const { manifests } = await layoutOf(checkout, service);
        const titles = manifests.map(
          ({ config }) => config.config?.Labels?.['org.opencontainers.image.title'],
        );
        expect(titles).toEqual([service, service]);
      }
    },
  );
});
