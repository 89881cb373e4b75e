import { requireOrSkip } from '@ehr/testing-sandbox';
import { type Checkout, checkOut, type DeliveryWorld, runNx, startDeliveryWorld } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const SERVICE = 'ehr-scheduling';
const PORT = 14_202;

describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry'))(
  'a service that nx g @ehr/nx-delivery:service made',
  { timeout: 300_000 },
  () => {
    let world: DeliveryWorld;
    let checkout: Checkout;
    const nx = async (args: readonly string[]) => {
      const { exitCode, stdout, stderr } = await world.nx(args, {}, checkout.directory);
      expect(exitCode, `${stdout}\n${stderr}`.slice(-4000)).toBe(0);
      return stdout;
    };

    beforeAll(async () => {
      [world, checkout] = await Promise.all([startDeliveryWorld(), checkOut('new-service')]);
      const made = await runNx(checkout.directory, [
        'g',
        '@ehr/nx-delivery:service',
        'scheduling',
        `--port=${PORT}`,
      ]);
      expect(made.exitCode, made.stderr).toBe(0);
    });
    afterAll(async () => {
      const down = ['compose', '--project-name', world.project, 'down', '--timeout', '10'];
      await execa('docker', down, { cwd: checkout.directory });
      await checkout.remove();
      await world.stop();
    });

    it('passes lint, types and its tests, and stands wherever services are listed', async () => {
      await nx(['run-many', '-t', 'lint', 'typecheck', 'test', '--projects', SERVICE]);
      const vitest = (...args: string[]) =>
        execa('vitest', ['run', '--dir', ...args], {
          cwd: checkout.directory,
          preferLocal: true,
          localDir: checkout.directory,
        });
      await vitest('tools/nx-delivery', 'generator.spec', 'env-examples.spec');
      await vitest(
        'tools/workflows-e2e',
        'lint.spec',
        'documented-settings.spec',
        '--exclude=**/*.{e2e,long}.spec.ts',
      );
      await vitest('tools/delivery-e2e', 'architecture.spec');
    });

    it('is built, pushed, deployed and verified on this machine like the others', async () => {
      const said = await nx(['run', `${SERVICE}:deploy`, '--configuration=local']);
      expect(said).toContain(`✓ ${SERVICE} is running in local`);
      const answer = await fetch(`http://127.0.0.1:${PORT}/health`);
      expect(await answer.json()).toMatchObject({ status: 'pass', service: SERVICE, environment: 'local' });
      const again = await nx(['run', `${SERVICE}:deploy`, '--configuration=local']);
      expect(again).toContain(`✓ ${SERVICE} was already running in local`);
    });
  },
);
