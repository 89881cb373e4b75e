import { describe, expect, it } from 'vitest';
import { lockOf } from '../../test/recorded-documents.ts';
import { createRecordingPorts, recordedRun, type RecordingPorts } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { digest, kinds, staging, stagingWithA } from '../../test/staging-scene.ts';
import { coreError, type Ports } from '../index.ts';

describe('a place', () => {
  it('that keeps records in the container is refused before anything is written, but for a laptop', async () => {
    const ports = createRecordingPorts({ keepsData: false });
    await expect(run(ports, staging)).rejects.toMatchObject({ code: 'DATA_NOT_KEPT' });
    expect(ports.calls).toEqual([]);
    expect((await run(ports)).report.outcome).toBe('deployed');
  });

  it('whose public address leads to another environment is refused before anything is written', async () => {
    const ports = await stagingWithA();
    const prober: Ports['prober'] = {
      probe: async (url) => {
        const answer = await ports.prober.probe(url);
        return answer.kind === 'silence'
          ? answer
          : { ...answer, body: { ...(answer.body as object), environment: 'prod' } };
      },
    };
    await expect(run({ ...ports, prober }, staging)).rejects.toMatchObject({
      code: 'SERVICE_WRONG_ENVIRONMENT',
      message: expect.stringContaining('it is prod that answers, not staging') as string,
    });
    expect(ports.calls).toEqual([]);
  });

  it('with an image that says no environment yet is verified with a warning', async () => {
    const ports = createRecordingPorts({ environment: null });
    const { report } = await run(ports, staging);
    expect(report).toMatchObject({ outcome: 'deployed', verdict: 'verified-with-warnings', exit: 0 });
    expect(report.warnings.join()).toContain('does not say which environment');
  });
});

describe('somebody else', () => {
  /** Another hand acts right after our trigger. */
  const after = (ports: RecordingPorts, act: () => void): Ports['target'] => ({
    ...ports.target,
    trigger: async (pin) => {
      await ports.target.trigger(pin);
      act();
    },
  });
  const pin = (ports: RecordingPorts, letter: string, revision = letter.repeat(40)) => {
    ports.world.identities[digest(letter)] = letter.repeat(64);
    ports.world.running = {
      image: { ...ports.registry.repository, tag: 'staging', digest: digest(letter) },
      revision,
      version: 'unversioned',
    };
  };

  it('who pinned something newer supersedes this run, which undoes and records nothing', async () => {
    const ports = await stagingWithA();
    const { report } = await run({ ...ports, target: after(ports, () => pin(ports, 'c')) }, staging);
    expect(report).toMatchObject({
      outcome: 'superseded',
      exit: 0,
      supersededBy: { revision: 'c'.repeat(40) },
    });
    expect(ports.world.running?.image.digest).toBe(digest('c'));
    expect(kinds(ports)).toEqual(['released']);
  });

  it('who pinned something older is followed by this run again', async () => {
    const ports = await stagingWithA();
    let times = 0;
    const target = after(ports, () => {
      if ((times += 1) === 1) pin(ports, 'a');
    });
    expect((await run({ ...ports, target }, staging)).report.outcome).toBe('deployed');
    expect(ports.calls.filter((call) => call === 'trigger bbb')).toHaveLength(2);
    expect(ports.world.running?.image.digest).toBe(digest('b'));
  });

  it('whom nobody knows makes it red, and what they did is left alone', async () => {
    const ports = await stagingWithA();
    const edit = () => {
      pin(ports, 'd', 'b'.repeat(40));
      delete ports.world.identities[digest('d')];
    };
    const { report } = await run({ ...ports, target: after(ports, edit) }, staging);
    expect(report).toMatchObject({ outcome: 'failed', verdict: 'target-changed', exit: 19 });
    expect(report.error?.code).toBe('TARGET_CHANGED');
    expect(ports.world.running?.image.digest).toBe(digest('d'));
    expect(kinds(ports)).toEqual(['released']);
  });

  it('who rolled back meanwhile is not overruled', async () => {
    const ports = await stagingWithA();
    const { registry, world } = ports;
    const rolledBack = async () => {
      pin(ports, 'a');
      const about = {
        ...staging,
        service: 'ehr-api',
        fingerprint: 'a',
        revision: 'a',
        version: 'unversioned',
      };
      const at = new Date(0).toISOString();
      await registry.journal.append([
        { ...about, run: 'f'.repeat(12), kind: 'frozen', digest: digest('a'), at, reason: 'rollback' },
      ]);
    };
    const target: Ports['target'] = {
      ...ports.target,
      trigger: async (own) => {
        await ports.target.trigger(own);
        await rolledBack();
      },
    };
    expect((await run({ ...ports, target }, staging)).report.outcome).toBe('superseded');
    expect(world.running?.image.digest).toBe(digest('a'));
  });

  it('a trigger that did not take is nobody else’s change, also where somebody set the place back before', async () => {
    const ports = await stagingWithA();
    await run(ports, staging);
    const { running } = ports.world;
    // By hand: the image of a under the revision of b.
    if (running !== null)
      ports.world.running = { ...running, image: { ...running.image, digest: digest('a') } };
    const trigger = () => Promise.reject(coreError('TAGS_UNSETTLED', 'The line is cut.'));
    const { report } = await run({ ...ports, target: { ...ports.target, trigger } }, staging);
    expect(report).toMatchObject({ outcome: 'rolled-back', error: { code: 'TAGS_UNSETTLED' } });
  });

  it('who changed the environment between the decision and the trigger is seen before anything is written', async () => {
    const ports = await stagingWithA();
    const smokeTest = async () => pin(ports, 'c');
    const { report } = await run({ ...ports, target: { ...ports.target, smokeTest } }, staging);
    expect(report).toMatchObject({ outcome: 'superseded', supersededBy: { revision: 'c'.repeat(40) } });
    expect(ports.calls).not.toContain('trigger bbb');
  });

  it('finds in the journal which CI run it was', async () => {
    const ports = await stagingWithA();
    const address = 'https://github.com/acme/ehr/actions/runs/7';
    await run({ ...ports, run: { ...ports.run, address } }, staging);
    const { entries } = await ports.registry.journal.read();
    // What a laptop wrote before has none.
    expect(entries.map((entry) => entry.address)).toEqual([undefined, address]);
  });

  it('is named when a lock is in the way: the run and its address, and nobody’s name', async () => {
    const ports = await stagingWithA();
    expect(Object.keys(recordedRun('0123456789ab'))).toEqual(['id', 'address', 'lockLifeMs', 'onInterrupt']);
    await run(ports, staging);
    expect(lockOf(ports.world, 'staging')).toEqual({
      holder: '0123456789ab-1',
      step: 'tag-environment',
      run: '0123456789ab',
      address: null,
      renewal: 1,
      lifeMs: 60_000,
      ended: true,
    });
  });
});
