import { describe, expect, it } from 'vitest';
import { lockOf, renew, withDocuments } from '../../test/recorded-documents.ts';
import { recordedError } from '../../test/recorded-platform.ts';
import { alreadyDeployed, createRecordingPorts, recordedRun } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { coreError } from '../errors/catalog.ts';
import { lockTag, takeLock } from '../journal/lock.ts';

describe('deploy', () => {
  it('writes immutable before mutable, and moves the environment’s tag when all is verified and recorded', async () => {
    const ports = createRecordingPorts();
    const { report } = await run(ports);
    expect(ports.calls).toEqual([
      'build',
      'push',
      'attest bbb',
      'tag fingerprint bbb',
      'tag local-abcdef1 bbb',
      'smokeTest bbb',
      'trigger bbb',
      'settle',
      'record',
      'tag local bbb',
    ]);
    expect(report).toMatchObject({ outcome: 'deployed', sentBytes: 1000, error: null });
    expect(ports.world.records).toMatchObject([
      { service: 'ehr-api', environment: 'local', digest: ports.world.built },
    ]);
  });

  it('does nothing but verify when the environment runs the same content', async () => {
    const ports = createRecordingPorts();
    await run(ports);
    ports.calls.length = 0;
    const { report } = await run(ports);
    expect(ports.calls).toEqual([]);
    expect(report).toMatchObject({ outcome: 'unchanged', sentBytes: 0, verdict: 'verified' });
  });

  it('records what runs already when the run before was killed before it could', async () => {
    const killed = createRecordingPorts();
    await run(killed);
    const ports = createRecordingPorts({ ...killed.world, documents: {}, records: [] });
    expect((await run(ports)).report).toMatchObject({ outcome: 'unchanged', error: null });
    expect(ports.calls).toEqual(['record']);
    expect((await run(ports)).report.outcome).toBe('unchanged');
    expect(ports.calls).toEqual(['record']);
  });

  it('builds nothing when the registry has the content under its fingerprint', async () => {
    const ports = createRecordingPorts();
    ports.world.tags[`fingerprint-${ports.world.fingerprint}`] = ports.world.built;
    await run(ports);
    expect(ports.calls).not.toContain('build');
    expect(ports.calls).not.toContain('push');
    expect(ports.calls).toContain('trigger bbb');
  });

  it('refuses before it builds when a signature is asked for and cannot be made', async () => {
    const ports = createRecordingPorts();
    const ready = () => Promise.reject(coreError('OPTIONS_INVALID', 'There is no cosign.'));
    const { report } = await run({ ...ports, attester: { ...ports.attester, ready } });
    expect(report).toMatchObject({ outcome: 'refused', error: { code: 'OPTIONS_INVALID' } });
    expect(ports.calls).toEqual([]);
  });

  it('attests again what a run before could push but not attest', async () => {
    const ports = createRecordingPorts();
    const attest = () => Promise.reject(coreError('SOURCE_UNREADABLE', 'It is away.'));
    await run({ ...ports, attester: { ...ports.attester, attest } });
    expect(ports.calls).toEqual(['build', 'push']);
    await run(ports);
    expect(ports.calls).toContain('attest bbb');
  });

  it('pushes no image that the gate refuses', async () => {
    const ports = createRecordingPorts();
    ports.world.leaky = [ports.world.built];
    const { report } = await run(ports);
    expect(report).toMatchObject({ outcome: 'refused', error: { code: 'GATE_REFUSED' } });
    expect(report.error?.message).toContain('app/.env holds a secret');
    expect(ports.calls).toEqual(['build']);
  });

  it('refuses an image that fails its smoke test: neither the environment tag nor the running service is touched', async () => {
    const ports = createRecordingPorts();
    const old = alreadyDeployed(ports, 'a', 'old');
    ports.world.unfit = [ports.world.built];
    const { report } = await run(ports);
    expect(report).toMatchObject({ outcome: 'refused', error: { code: 'SMOKE_TEST_FAILED' } });
    expect(ports.world.tags['local']).toBe(old);
    expect(ports.world.running?.image.digest).toBe(old);
  });

  it('puts the previous image and the environment tag back when the rollout never becomes healthy', async () => {
    const ports = createRecordingPorts();
    const old = alreadyDeployed(ports, 'a', 'old');
    ports.world.sick = [ports.world.built];
    const { report, events } = await run(ports);
    expect(report).toMatchObject({ outcome: 'rolled-back', error: { code: 'SERVICE_CRASHES' } });
    expect(ports.world.tags['local']).toBe(old);
    expect(ports.world.running).toMatchObject({
      image: { digest: old },
      revision: '0123456',
      version: 'unversioned',
      fingerprint: 'old',
    });
    expect(ports.world.records).toEqual([]);
    expect(ports.calls.slice(-4)).toEqual(['trigger bbb', 'settle', 'restore aaa', 'settle']);
    expect(events.at(-1)).toEqual({ type: 'undo', message: 'the previous version answers again' });
  });

  it('rolls back when something else answers on the address, although the platform says healthy', async () => {
    const ports = createRecordingPorts();
    alreadyDeployed(ports, 'a', 'old');
    ports.world.identities[ports.world.built] = 'another fingerprint';
    const { report } = await run(ports);
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      error: { code: 'SERVICE_WRONG_IMAGE' },
      verdict: 'wrong-image',
      exit: 14,
    });
    expect(report.error?.message).toContain('it runs fingerprint another fing');
  });

  it('says so when the previous release cannot be put back either', async () => {
    const ports = createRecordingPorts();
    const old = alreadyDeployed(ports, 'a', 'old');
    ports.world.sick = [ports.world.built, old];
    const { report } = await run(ports);
    expect(report).toMatchObject({ outcome: 'failed', error: { code: 'UNDO_FAILED' } });
  });

  it('adds the content’s hash to a commit’s tag that names another image: another base, or other digits', async () => {
    const ports = createRecordingPorts();
    const other = `sha256:${'c'.repeat(64)}` as const;
    ports.world.tags['local-abcdef1'] = other;
    const { report } = await run(ports);
    expect(report).toMatchObject({ outcome: 'deployed', error: null });
    expect(ports.world.tags).toMatchObject({
      'local-abcdef1': other,
      'local-abcdef1-fffffff': ports.world.built,
    });
  });

  it('moves the revision tag of a dirty tree: it only names the last try', async () => {
    const ports = createRecordingPorts({ dirty: true });
    ports.world.tags['local-abcdef1-dirty'] = `sha256:${'c'.repeat(64)}`;
    await run(ports);
    expect(ports.world.tags['local-abcdef1-dirty']).toBe(ports.world.built);
    expect(ports.world.records.at(-1)).toMatchObject({ kind: 'released', dirty: true });
  });

  it('does not push an image of other sources than the plan’s', async () => {
    const ports = createRecordingPorts();
    const build = () => ports.builder.build();
    const { report } = await run({
      ...ports,
      builder: { build: async () => ({ ...(await build()), fingerprint: 'changed meanwhile' }) },
    });
    expect(report).toMatchObject({ outcome: 'refused', error: { code: 'LAYOUT_INVALID' } });
    expect(ports.calls).toEqual(['build']);
  });

  it('reports the steps behind a failure as not run', async () => {
    const ports = createRecordingPorts();
    ports.world.unfit = [ports.world.built];
    const { report } = await run(ports);
    expect(report.steps.map((step) => step.outcome)).toEqual([
      ...Array<string>(6).fill('done'),
      'skipped',
      'failed',
      ...Array<string>(5).fill('not-run'),
    ]);
  });

  it('says doubtful, not done, of a rollout that the platform calls failed and the service does not', async () => {
    const ports = createRecordingPorts();
    const settle = async () => {
      throw recordedError('RECORDED_FAILED', 'it says error');
    };
    const { report } = await run({ ...ports, target: { ...ports.target, settle } });
    expect([report.verdict, report.error]).toEqual(['verified-platform-failed', null]);
    const awaited = report.steps.find(({ kind }) => kind === 'await-rollout');
    expect(awaited).toMatchObject({
      outcome: 'doubtful',
      message: expect.stringContaining('it says error') as string,
    });
  });

  it('moves prod and latest for a push to main', async () => {
    const ports = createRecordingPorts();
    await run(ports, { environment: 'prod' });
    expect(ports.calls).toContain('tag prod bbb');
    expect(ports.calls).toContain('tag latest bbb');
  });

  it('refuses a dirty tree anywhere but on a laptop, before any write', async () => {
    const ports = createRecordingPorts({ dirty: true });
    await expect(run(ports, { environment: 'dev' })).rejects.toMatchObject({ code: 'SOURCE_DIRTY' });
    expect(ports.calls).toEqual([]);
  });

  it('refuses while another run changes the same environment, and leaves no lock of its own', async () => {
    const ports = createRecordingPorts();
    const lock = await takeLock('ehr-api', 'local', 0, { ...ports, run: recordedRun('ba9876543210') });
    // It renews its lock while we look.
    const busy = {
      ...ports.clock,
      sleep: async (milliseconds: number) => {
        renew(ports.world, 'local');
        await ports.clock.sleep(milliseconds);
      },
    };
    await expect(run({ ...ports, clock: busy })).rejects.toMatchObject({ code: 'DEPLOY_IN_PROGRESS' });
    expect(ports.calls).toEqual([]);
    await lock.end();
    expect((await run(ports)).report.outcome).toBe('deployed');
    expect(lockOf(ports.world, 'local')).toMatchObject({ ended: true });
  });

  it('decides again under the lock: what another run just deployed is not deployed twice', async () => {
    const ports = createRecordingPorts();
    const other = { ...ports, run: recordedRun('ba9876543210') };
    let first = true;
    const { documents } = ports.registry;
    const read: typeof documents.read = async (tag) => {
      // The other run deploys between our decision and our lock.
      if (first && tag === lockTag('local')) {
        first = false;
        await run(other);
      }
      return documents.read(tag);
    };
    const { report } = await run({
      ...ports,
      registry: withDocuments(ports.registry, { ...documents, read }),
    });
    expect(ports.calls.filter((call) => call.startsWith('trigger'))).toHaveLength(1);
    expect(report.outcome).toBe('unchanged');
  });
});
