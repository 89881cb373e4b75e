import { appendFile, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '@ehr/delivery-core';
import type { HealthReport } from '@ehr/health';
import { type FaultProxy, startFaultProxy } from '@ehr/testing-fakes';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { type Checkout, checkOut, type DeliveryWorld, jsonIn, startDeliveryWorld } from '@ehr/testing-worlds';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Ends the API nine seconds after its first answer: longer than it is asked for, shorter than it is watched. Counted from
 * the start, a busy machine would see it end before it was well.
 */
const LATE_CRASH = `
import { subscribe } from 'node:diagnostics_channel';
let end: NodeJS.Timeout | undefined;
subscribe('http.server.response.finish', () => (end ??= setTimeout(() => process.exit(1), 9000)));
`;

describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry'))(
  'a version that ends nine seconds after it was well',
  { timeout: 300_000 },
  () => {
    let world: DeliveryWorld;
    let registry: FaultProxy;
    let checkout: Checkout;
    let first: Report;
    beforeAll(async () => {
      [world, checkout] = await Promise.all([startDeliveryWorld(), checkOut('late-crash')]);
      registry = await startFaultProxy(world.registry);
      first = (await deploy()).report;
      await appendFile(join(checkout.directory, 'apps/ehr-api/src/main.ts'), LATE_CRASH);
      const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
      await execa('git', [...author, 'commit', '--all', '--quiet', '--message', 'End after nine seconds'], {
        cwd: checkout.directory,
      });
    }, 300_000);
    afterAll(async () => {
      await Promise.all([world.stop(), checkout.remove()]);
      await registry.stop();
    });

    /** With the exit status of the verdict, as a pipeline gets it. */
    const deploy = async () => {
      const file = join(dirname(checkout.directory), 'exit-status');
      await rm(file, { force: true });
      const run = await world.nx(
        ['run', 'ehr-api:deploy', '--json'],
        { REGISTRY: registry.host, VERIFICATION_SECONDS: '15', DELIVERY_EXIT_FILE: file },
        checkout.directory,
      );
      if (!run.stdout.includes('"outcome"')) throw new Error(`${run.stdout}\n${run.stderr}`);
      // A line of each executor: what the deploy depends on ends well.
      const statuses = (await readFile(file, 'utf8')).trim().split('\n').map(Number);
      return { exitStatus: Math.max(...statuses), report: jsonIn<Report>(run.stdout) };
    };
    const health = async () => (await (await fetch(`${world.urls.api}/health`)).json()) as HealthReport;
    /** Gathers the fingerprints that answer, and calls `onNew` when it is the new version's. */
    const watch = (onNew: () => void) => {
      const seen = new Set<string>();
      let isOver = false;
      const watching = (async () => {
        while (!isOver) {
          const { fingerprint } = await health().catch(() => ({ fingerprint: '' }));
          if (fingerprint !== '' && fingerprint !== first.fingerprint) onNew();
          seen.add(fingerprint);
          await sleep(200);
        }
      })();
      return async () => {
        isOver = true;
        await watching;
        return seen;
      };
    };

    it('is not verified: the previous version is put back and answers', async () => {
      const end = watch(() => undefined);
      const { exitStatus, report } = await deploy();
      expect([exitStatus, report.outcome, report.verdict, report.error?.code]).toEqual([
        12,
        'rolled-back',
        'crash-looping',
        'SERVICE_RESTARTS',
      ]);
      expect(await end()).toContain(report.fingerprint);
      const outcomes = Object.fromEntries(report.steps.map(({ kind, outcome }) => [kind, outcome]));
      expect(outcomes).toMatchObject({
        'smoke-test': 'done',
        'await-rollout': 'done',
        'verify-revision': 'failed',
        'record-release': 'not-run',
      });
      expect(await health()).toMatchObject({ status: 'pass', fingerprint: first.fingerprint });
    });

    it('is taken back also when the registry refuses from the rollout on', async () => {
      const end = watch(() => registry.inject(() => ({ kind: 'status', status: 503 })));
      const { exitStatus, report } = await deploy();
      await end();
      expect([exitStatus, report.outcome, report.error?.code]).toEqual([
        12,
        'rolled-back',
        'SERVICE_RESTARTS',
      ]);
      expect(await health()).toMatchObject({ status: 'pass', fingerprint: first.fingerprint });
    });
  },
);
