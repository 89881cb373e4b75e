import { describe, expect, it } from 'vitest';
import { recordedError } from '../../test/recorded-platform.ts';
import { createRecordingPorts } from '../../test/recording-ports.ts';
import { reportOf, requestOf, run, silent } from '../../test/run-deploy.ts';
import { blocked, checkOut, digest, kinds, staging, stagingWithA } from '../../test/staging-scene.ts';
import { coreError, type Ports, rollback } from '../index.ts';

const dead = { probe: async () => ({ kind: 'silence', message: 'ECONNREFUSED' }) as const };

describe('blame', () => {
  it('blocks an image that failed where the previous version does well', async () => {
    const ports = await stagingWithA();
    ports.world.sick = [digest('b')];
    expect((await run(ports, staging)).report.outcome).toBe('rolled-back');
    expect(blocked(ports, 'b')).toBe(true);
  });

  it('blocks nothing when the previous version fails in the same place: the database is down', async () => {
    const ports = await stagingWithA();
    ports.world.sick = [digest('a'), digest('b')];
    const { report } = await run(ports, staging);
    expect(report).toMatchObject({ outcome: 'failed', verdict: 'undo-failed' });
    expect(kinds(ports)).toEqual(['released']);
    ports.world.sick = [];
    expect((await run(ports, staging)).report.outcome).toBe('deployed');
  });

  it('blocks nothing on the first deploy of all, for there is nothing to compare with', async () => {
    const ports = createRecordingPorts();
    ports.world.sick = [ports.world.built];
    expect((await run(ports, staging)).report).toMatchObject({ outcome: 'failed', verdict: 'crash-looping' });
    expect(ports.world.records).toEqual([]);
  });

  it('blocks nothing that the platform could not even pull, or that lacks a setting', async () => {
    for (const refuse of [
      () => recordedError('RECORDED_FAILED', 'manifest unknown'),
      () => coreError('DEPENDENCY_MISSING', 'DATABASE_URL is not set'),
    ]) {
      const ports = await stagingWithA();
      const target = {
        ...ports.target,
        settle: async () => {
          if (ports.world.running?.image.digest === digest('b')) throw refuse();
        },
      };
      const prober: Ports['prober'] = {
        probe: (url) =>
          ports.world.running?.image.digest === digest('b') ? dead.probe() : ports.prober.probe(url),
      };
      expect((await run({ ...ports, target, prober }, staging)).report.outcome).toBe('rolled-back');
      expect(kinds(ports)).toEqual(['released']);
    }
  });

  it('leaves the image that other environments run unblocked there', async () => {
    const ports = await stagingWithA();
    await run(ports, staging);
    const dev = createRecordingPorts({
      tags: ports.world.tags,
      records: ports.world.records,
      documents: ports.world.documents,
    });
    checkOut(dev, 'a');
    await run(dev, { environment: 'dev' });
    checkOut(dev, 'b');
    dev.world.sick = [digest('b')];
    await run(dev, { environment: 'dev' });
    expect([blocked(ports, 'b', 'dev'), blocked(ports, 'b', 'staging')]).toEqual([true, false]);
  });

  it('does not block the release one rolls back to while the database is down, and rolls back afterwards', async () => {
    const ports = await stagingWithA();
    await run(ports, staging);
    ports.world.sick = [digest('a'), digest('b')];
    const request = { ...requestOf(staging), to: null };
    const back = async () => reportOf(await rollback(request, { ...ports, reporter: silent }));
    expect((await back()).verdict).toBe('undo-failed');
    ports.world.sick = [];
    expect((await back()).image).toContain(digest('a'));
  });
});

describe('the previous version', () => {
  it('is not what failed on its first deploy', async () => {
    const ports = createRecordingPorts();
    checkOut(ports, 'a');
    ports.world.sick = [digest('a')];
    const prober: Ports['prober'] = {
      probe: (url) =>
        ports.world.sick.includes(ports.world.running?.image.digest ?? digest('0'))
          ? dead.probe()
          : ports.prober.probe(url),
    };
    await run({ ...ports, prober }, staging);
    checkOut(ports, 'b');
    ports.world.sick.push(digest('b'));
    const { report } = await run({ ...ports, prober }, staging);
    expect(report).toMatchObject({ outcome: 'failed', verdict: 'crash-looping' });
    expect(ports.calls.filter((call) => call.startsWith('restore'))).toEqual([]);
  });

  it('is the last verified release, when what is set up now never was well', async () => {
    const ports = await stagingWithA();
    ports.world.pinned = {
      image: { registry: 'r', repository: 'x', digest: digest('d') },
      revision: 'd',
      version: '',
    };
    ports.world.sick = [digest('b'), digest('d')];
    ports.world.identities[digest('d')] = 'd'.repeat(64);
    await run(ports, staging);
    expect(ports.calls).toContain('restore aaa');
  });

  it.each([
    ['by the digest the platform tells', digest('a'), {}],
    ['by what the tag names', null, { latest: digest('a') }],
  ])(
    'is also what was started by tag before, %s, and what speaks no health contract',
    async (_name, told, tags) => {
      const ports = createRecordingPorts({ tags: { ...tags } });
      checkOut(ports, 'b');
      ports.world.tip = 'b'.repeat(40);
      ports.world.sick = [digest('b')];
      ports.world.identities[digest('a')] = 'unknown';
      let isOld = true;
      const image = { ...ports.registry.repository, tag: 'latest' };
      const target: Ports['target'] = {
        ...ports.target,
        inspect: async () => ({
          ...(await ports.target.inspect()),
          ...(isOld && { image, digest: told, healthUrl: 'http://x/health' }),
        }),
        trigger: async (pin) => {
          isOld = false;
          await ports.target.trigger(pin);
        },
      };
      const prober: Ports['prober'] = {
        probe: async (url) =>
          isOld || ports.world.running?.image.digest === digest('a')
            ? { kind: 'answer', status: 404, body: 'Not found' }
            : ports.prober.probe(url),
      };
      const { report } = await run({ ...ports, target, prober }, staging);
      expect(report).toMatchObject({ outcome: 'rolled-back', verdict: 'crash-looping' });
      expect(ports.world.running?.image.digest).toBe(digest('a'));
    },
  );
});
