import type { Report } from '@ehr/delivery-core';
import type { HealthReport } from '@ehr/health';
import { registerArm64, requireOrSkip } from '@ehr/testing-sandbox';
import { type DeliveryWorld, jsonIn, startDeliveryWorld } from '@ehr/testing-worlds';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runForArm64 } from './run-for-arm64.ts';

describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry'))(
  'the image of ehr-api',
  { timeout: 600_000 },
  () => {
    let world: DeliveryWorld;
    beforeAll(async () => {
      world = await startDeliveryWorld();
    });
    afterAll(() => world.stop());

    it('answers on arm64 as on amd64, from the same application layer', async () => {
      if (!(await registerArm64()))
        throw new Error('arm64 programs cannot run here: install qemu-user-static');
      const { stdout } = await world.nx(['run', 'ehr-api:deploy', '--json']);
      const { outcome, image, fingerprint } = jsonIn<Report>(stdout);
      expect(outcome).toBe('deployed');
      const { id, port } = await runForArm64(world, image?.replace(':local@', '@') ?? '');
      try {
        const answer = async () => {
          const response = await fetch(`http://127.0.0.1:${port}/health`).catch(() => null);
          return (await response?.json().catch(() => null)) as HealthReport | null;
        };
        await expect
          .poll(answer, { timeout: 240_000, interval: 1000 })
          .toMatchObject({ service: 'ehr-api', fingerprint });
        expect(await world.docker('exec', id, 'node', '-p', 'process.arch')).toBe('arm64');
      } finally {
        await world.docker('rm', '--force', id);
      }
    });
  },
);
