import { join } from 'node:path';
import { Secret } from '@ehr/delivery-core';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { defaultGatePolicy, inspectImage } from './index.ts';
import { readGateImage } from './test/read-gate-image.ts';

const root = join(import.meta.dirname, '../../../..');
const services = ['ehr-api', 'ehr-web'];
const knownSecrets = Array.from({ length: 10 }, (_, index) => ({
  name: `TOKEN_${index}`,
  value: new Secret(`not-in-any-image-${index}-7f2e91d0`),
}));

/** False alarms switch gates off: our own images, with all their vendor code, have none. */
describe.skipIf(!requireOrSkip('engine'))('our own images', { timeout: 600_000 }, () => {
  beforeAll(async () => {
    // Under nothing of the Nx run that this test is part of.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));
    await execa('nx', ['run-many', '-t', 'container', '-p', services.join(',')], {
      cwd: root,
      preferLocal: true,
      localDir: root,
      extendEnv: false,
      env: { ...env, NX_DAEMON: 'false', NX_ISOLATE_PLUGINS: 'false', NX_TUI: 'false' },
      stdin: 'ignore',
    });
  }, 600_000);

  it.each(services)('of %s pass without a finding', async (service) => {
    const image = await readGateImage(join(root, 'dist/containers', service));
    expect(await inspectImage(image, { ...defaultGatePolicy, knownSecrets })).toEqual([]);
  });
});
