import { describe, expect, it } from 'vitest';
import { withDocuments } from '../../test/recorded-documents.ts';
import { recordedError } from '../../test/recorded-platform.ts';
import { createRecordingPorts } from '../../test/recording-ports.ts';
import { noOverrides, requestOf, run, silent } from '../../test/run-deploy.ts';
import { checkOut, digest, kinds, staging, stagingWithA } from '../../test/staging-scene.ts';
import { type Ports, rollback } from '../index.ts';

describe('restoring', () => {
  it('comes first, and needs no registry: one that takes and gives nothing keeps no service down', async () => {
    const ports = await stagingWithA();
    ports.world.sick = [digest('b')];
    let isGone = false;
    const mayBeGone = <P extends object>(port: P): P =>
      Object.fromEntries(
        Object.entries(port).map(([name, value]: [string, unknown]) => {
          if (typeof value !== 'function') return [name, value];
          const act = value as (...args: unknown[]) => Promise<unknown>;
          return [name, (...args: unknown[]) => (isGone ? Promise.reject(new Error('503')) : act(...args))];
        }),
      ) as P;
    const registry = withDocuments(mayBeGone(ports.registry), mayBeGone(ports.registry.documents));
    const target = {
      ...ports.target,
      trigger: async (pin: Parameters<Ports['target']['trigger']>[0]) => {
        await ports.target.trigger(pin);
        isGone = true;
      },
    };
    const { report, events } = await run({ ...ports, registry, target }, staging);
    expect(report).toMatchObject({ outcome: 'rolled-back', verdict: 'crash-looping', exit: 12 });
    expect(ports.world.running?.image.digest).toBe(digest('a'));
    expect(
      events.filter(({ type }) => type === 'undo').map((event) => 'message' in event && event.message),
    ).toEqual([
      expect.stringContaining('putting back '),
      'the previous version answers again',
      'that this image is blocked could not be recorded: the registry did not take it',
    ]);
  });

  it('does not happen where nothing was changed: a refusal is refused', async () => {
    const ports = await stagingWithA();
    const trigger = () => Promise.reject(recordedError('RECORDED_BUSY', 'Webhook answered 404.'));
    const { report } = await run({ ...ports, target: { ...ports.target, trigger } }, staging);
    expect(report).toMatchObject({ outcome: 'refused', exit: 2 });
    expect(ports.calls.filter((call) => call.startsWith('restore'))).toEqual([]);
  });
});

describe('unfreezing and unblocking', () => {
  it('count once the deploy is verified: a fix that is refused leaves the environment frozen', async () => {
    const ports = await stagingWithA();
    await run(ports, staging);
    const request = { ...requestOf(staging), to: null };
    await rollback(request, { ...ports, reporter: silent });
    checkOut(ports, 'c');
    ports.world.leaky = [digest('c')];
    const overrides = { ...noOverrides, unfreeze: 'the fix is in c' };
    expect((await run(ports, { ...staging, overrides })).report.outcome).toBe('refused');
    await expect(run(ports, staging)).rejects.toMatchObject({ code: 'ENVIRONMENT_FROZEN' });
    ports.world.leaky = [];
    expect((await run(ports, { ...staging, overrides })).report.outcome).toBe('deployed');
    expect(kinds(ports).slice(-2)).toEqual(['unfrozen', 'released']);
  });
});

describe('moving tags', () => {
  it('stay where they are when a release crashes; the next patch version repairs it', async () => {
    const ports = createRecordingPorts();
    checkOut(ports, 'a');
    const release = (version: string) => run(ports, { environment: 'prod', release: version });
    await release('v1.2.0');
    checkOut(ports, 'b');
    ports.world.sick = [digest('b')];
    expect((await release('v1.3.0')).report.verdict).toBe('crash-looping');
    const names = () => ['prod', 'latest', '1', '1.2', '1.3'].map((tag) => ports.world.tags[tag]);
    expect(names()).toEqual([digest('a'), digest('a'), digest('a'), digest('a'), undefined]);
    checkOut(ports, 'c');
    expect((await release('v1.2.1')).report.outcome).toBe('deployed');
    expect(names()).toEqual([digest('c'), digest('c'), digest('c'), digest('c'), undefined]);
    checkOut(ports, 'd');
    expect((await release('v1.3.1')).report.outcome).toBe('deployed');
    expect(names().slice(1)).toEqual([digest('d'), digest('d'), digest('c'), digest('d')]);
  });

  it('are finished by the next run when one was killed after it recorded', async () => {
    const ports = await stagingWithA();
    const tag: typeof ports.registry.tag = (image, name) =>
      name === 'staging' ? Promise.reject(new Error('killed')) : ports.registry.tag(image, name);
    const { report } = await run({ ...ports, registry: { ...ports.registry, tag } }, staging);
    expect(report.verdict).toBe('unrecorded');
    ports.calls.length = 0;
    expect((await run(ports, staging)).report.outcome).toBe('unchanged');
    expect(ports.calls).toEqual(['tag staging bbb']);
  });
});

describe('a platform that follows the tag', () => {
  const follows = { followsTag: true };

  it('gets the tag before the rollout, and nothing else moves before the verification', async () => {
    const ports = createRecordingPorts(follows);
    await run(ports, { environment: 'prod' });
    expect(ports.calls.slice(-6)).toEqual([
      'smokeTest bbb',
      'tag prod bbb',
      'trigger bbb',
      'settle',
      'record',
      'tag latest bbb',
    ]);
  });

  it('gets the previous tag back before the previous version is asked for', async () => {
    const ports = await stagingWithA(follows);
    ports.world.sick = [digest('b')];
    const { report } = await run(ports, staging);
    expect(report.outcome).toBe('rolled-back');
    expect(ports.calls.slice(-7)).toEqual([
      'tag staging bbb',
      'trigger bbb',
      'settle',
      'tag staging aaa',
      'restore aaa',
      'settle',
      'record blocked',
    ]);
  });

  it.each([true, false])(
    'loses the tag again when the very first image crashes (deletes: %s)',
    async (deletes) => {
      const ports = createRecordingPorts({ ...follows, deletes });
      ports.world.sick = [ports.world.built];
      const { report, events } = await run(ports, staging);
      expect(report.verdict).toBe('crash-looping');
      expect(ports.world.tags['staging']).toBe(deletes ? undefined : ports.world.built);
      const told = events.some(
        (event) => 'message' in event && event.message.includes('names the failed image still'),
      );
      expect(told).toBe(!deletes);
    },
  );

  it('gets the tag back when it refuses the trigger', async () => {
    const ports = await stagingWithA(follows);
    const trigger = () => Promise.reject(recordedError('RECORDED_BUSY', 'No.'));
    const target = { ...ports.target, followsTag: true, trigger };
    expect((await run({ ...ports, target }, staging)).report.outcome).toBe('refused');
    expect(ports.world.tags['staging']).toBe(digest('a'));
  });
});
