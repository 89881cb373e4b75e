/*
 * Four releases at once, each a process of its own with a clock that is wrong by up to a day, over a real registry and
 * Dokploy's recorded answers; some are stopped (SIGSTOP) for longer than others believe their lock. Longer:
 *   TRIALS=50 npx vitest run --dir tools/delivery-e2e four-releases
 */
import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { lastReleaseOf } from '@ehr/delivery-core';
import { createRegistry } from '@ehr/delivery-registry';
import { startFakeDokploy } from '@ehr/testing-fakes';
import { requireOrSkip, type RunningRegistry, startRegistry } from '@ehr/testing-sandbox';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MadeImages, makeImages } from './fault-matrix/images.ts';
import { addPinnedService, pinnedDigest } from './fault-matrix/pinned-service.ts';
import { startDeploy } from './fault-matrix/play-cell.ts';
import type { RunConfig, RunResult } from './fault-matrix/run-deploy.ts';
import { startRunningService } from './fault-matrix/running-service.ts';
import { seedRelease } from './fault-matrix/seed-release.ts';

const TRIALS = Number(process.env['TRIALS'] ?? 5);
const PATCHES = [1, 2, 3, 4];
const DAY = 86_400_000;
const password = 'four-releases-password';

describe.skipIf(!requireOrSkip('registry'))('four releases at once', { timeout: 3_600_000 }, () => {
  let registry: RunningRegistry;
  let images: MadeImages;
  const counted = { contended: 0, stopped: 0, superseded: 0, verified: 0 };
  beforeAll(async () => {
    [registry, images] = await Promise.all([
      startRegistry({ auth: { username: 'matrix', password } }),
      makeImages([0, ...PATCHES].map((patch) => `v1.0.${patch}`)),
    ]);
  });
  afterAll(async () => {
    const { contended, stopped, superseded, verified } = counted;
    process.stdout.write(
      `\n${TRIALS} trials of four releases: ${contended} contended, ${stopped} runs stopped for a while, ${verified} verified, ${superseded} superseded\n\n`,
    );
    await Promise.all([registry.stop(), images.remove()]);
  });

  /** Plays a trial; what is not as it should be in the end. */
  async function play(): Promise<readonly string[]> {
    const namespace = `trial-${randomBytes(5).toString('hex')}`;
    const fake = await startFakeDokploy({ onDeploy: () => wait(40).then(() => undefined) });
    const repository = `${registry.host}/${namespace}/ehr-api`;
    const direct = createRegistry({
      registry: registry.host,
      repository: `${namespace}/ehr-api`,
      credentials: { username: 'matrix', password },
    });
    const [first, ...others] = images.all;
    if (first === undefined) throw new Error('There are no images.');
    const pin = `${repository}:staging@${first.digest}`;
    const service = addPinnedService(fake, 'compose', repository, pin, first.revision);
    await seedRelease(direct, first, '1.0.0');
    const running = await startRunningService(() => service.running, images.fingerprints);
    const apiKey = fake.addKey();
    const configOf = (patch: number): RunConfig => ({
      registry: registry.host,
      namespace,
      password,
      dokploy: { url: fake.url, apiKey, id: service.id },
      kind: 'compose',
      publicUrl: running.url,
      unblock: null,
      release: `v1.0.${patch}`,
      waitSeconds: 120,
      clockOffsetMs: randomInt(-DAY, DAY),
      ...others[patch - 1]!,
    });
    try {
      const runs = await Promise.all(PATCHES.map((patch) => release(configOf(patch))));
      const highest = others.at(-1)!;
      const last = lastReleaseOf((await direct.journal.read()).entries, 'staging');
      const [tag, minor] = [await direct.resolve('staging'), await direct.resolve('1.0')];
      const health = (await (await fetch(`${running.url}/health`)).json()) as { fingerprint: string };
      counted.contended += runs.some(({ met }) => met) ? 1 : 0;
      counted.verified += runs.filter(({ verdict }) => verdict.startsWith('verified')).length;
      counted.superseded += runs.filter(({ verdict }) => verdict === 'superseded').length;
      return [
        ...runs
          .filter(({ exit }) => exit !== 0)
          .map(({ exit, verdict, said }) => `exit ${exit} (${verdict}): ${said.slice(-600)}`),
        health.fingerprint !== highest.fingerprint && `${health.fingerprint.slice(0, 4)}… answers`,
        pinnedDigest(service, repository) !== highest.digest && 'Dokploy is pinned to another one',
        tag !== highest.digest && `tag staging names ${tag ?? 'nothing'}`,
        minor !== highest.digest && `tag 1.0 names ${minor ?? 'nothing'}`,
        last?.digest !== highest.digest && `the journal ends with ${last?.digest ?? 'nothing'}`,
      ].filter((problem) => problem !== false);
    } finally {
      await running.stop();
      await fake.stop();
    }
  }

  /** One release in a process of its own; one of two is stopped for a while, somewhere on its way. */
  async function release(config: RunConfig): Promise<RunResult> {
    await wait(randomInt(300));
    const child = startDeploy(config);
    let hasEnded = false;
    void child.ended.then(() => (hasEnded = true));
    if (randomInt(2) === 0) {
      await wait(randomInt(500, 4000));
      if (!hasEnded && child.process.kill('SIGSTOP')) {
        counted.stopped += 1;
        await wait(randomInt(100, 2500));
        child.process.kill('SIGCONT');
      }
    }
    return child.ended;
  }

  it('undo nothing of each other, and the highest version runs in the end', async () => {
    const limit = pLimit(2);
    const problems = await Promise.all(Array.from({ length: TRIALS }, () => limit(play)));
    expect(problems.flat()).toEqual([]);
    // Otherwise nothing was tried.
    expect(counted.contended / TRIALS).toBeGreaterThanOrEqual(0.9);
    expect(counted.stopped).toBeGreaterThan(0);
  });
});
