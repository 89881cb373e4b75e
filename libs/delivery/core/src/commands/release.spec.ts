import { describe, expect, it } from 'vitest';
import { refusing } from '../../test/recorded-documents.ts';
import { alreadyDeployed, createRecordingPorts } from '../../test/recording-ports.ts';
import { noOverrides, run } from '../../test/run-deploy.ts';

describe('deploy', () => {
  describe('of a release', () => {
    const release = { environment: 'prod', release: 'v1.2.3' } as const;

    it('writes exact version tags before the rollout, and moves the others when it is verified', async () => {
      const ports = createRecordingPorts();
      await run(ports, release);
      expect(ports.calls.filter((call) => call.startsWith('tag') || call.startsWith('trigger'))).toEqual([
        'tag fingerprint bbb',
        'tag main-abcdef1 bbb',
        'tag v1.2.3 bbb',
        'tag 1.2.3 bbb',
        'trigger bbb',
        'tag 1.2 bbb',
        'tag 1 bbb',
        'tag latest bbb',
        'tag prod bbb',
      ]);
      expect(ports.world.records).toMatchObject([
        { kind: 'released', version: '1.2.3', reason: 'release of v1.2.3' },
      ]);
    });

    it('gives what prod runs already a version, without a build or a rollout', async () => {
      const ports = createRecordingPorts();
      await run(ports, { environment: 'prod' });
      ports.calls.length = 0;
      const { report } = await run(ports, release);
      expect(ports.calls).toEqual(['tag v1.2.3 bbb', 'tag 1.2.3 bbb', 'record', 'tag 1.2 bbb', 'tag 1 bbb']);
      expect(report.outcome).toBe('unchanged');
    });

    it('leaves the major tag with a higher version; latest is what prod runs', async () => {
      const ports = createRecordingPorts();
      const higher = `sha256:${'9'.repeat(64)}` as const;
      for (const tag of ['v1.9.0', '1.9.0', '1.9', '1', 'latest']) ports.world.tags[tag] = higher;
      await run(ports, release);
      expect(['1', '1.9'].map((tag) => ports.world.tags[tag])).toEqual([higher, higher]);
      expect(ports.world.tags['latest']).toBe(ports.world.built);
      expect(ports.world.tags['1.2']).toBe(ports.world.built);
    });

    it('publishes without a rollout when none is asked for', async () => {
      const ports = createRecordingPorts();
      const { report } = await run(ports, { environment: 'prod', rollOut: false });
      expect(ports.calls).toEqual([
        'build',
        'push',
        'attest bbb',
        'tag fingerprint bbb',
        'tag main-abcdef1 bbb',
      ]);
      expect(report).toMatchObject({ verdict: 'published', exit: 0 });
    });

    it('publishes a prerelease under its exact tags and touches nothing else', async () => {
      const ports = createRecordingPorts();
      const { report } = await run(ports, { environment: 'prod', release: 'v2.0.0-rc.1' });
      expect(ports.calls).toEqual([
        'build',
        'push',
        'attest bbb',
        'tag fingerprint bbb',
        'tag main-abcdef1 bbb',
        'tag v2.0.0-rc.1 bbb',
        'tag 2.0.0-rc.1 bbb',
      ]);
      expect(report.error).toBeNull();
    });

    it('refuses to give a released version to another image', async () => {
      const ports = createRecordingPorts();
      ports.world.tags['1.2.3'] = `sha256:${'c'.repeat(64)}`;
      expect((await run(ports, release)).report).toMatchObject({
        outcome: 'refused',
        error: { code: 'TAG_IMMUTABLE' },
      });
      expect(ports.calls).toEqual(['build']);
    });
  });

  describe('of an image that failed its verification', () => {
    it('blocks it, and refuses it by its fingerprint and again after a rebuild', async () => {
      const ports = createRecordingPorts();
      alreadyDeployed(ports, 'a', 'old');
      ports.world.sick = [ports.world.built];
      await run(ports, { environment: 'prod' });
      expect(ports.world.records).toMatchObject([
        { kind: 'blocked', digest: ports.world.built, reason: 'It is sick.' },
      ]);
      ports.world.sick = [];
      await expect(run(ports, { environment: 'staging' })).rejects.toMatchObject({ code: 'IMAGE_BLOCKED' });
      delete ports.world.tags[`fingerprint-${ports.world.fingerprint}`];
      const { report } = await run(ports, { environment: 'staging' });
      expect(report).toMatchObject({ outcome: 'refused', error: { code: 'IMAGE_BLOCKED' } });
    });

    it('does not block an image that was verified there before: it is not the image that changed', async () => {
      const ports = createRecordingPorts();
      await run(ports, { environment: 'prod' });
      alreadyDeployed(ports, 'a', 'old');
      ports.world.sick = [ports.world.built];
      const { report } = await run(ports, { environment: 'prod' });
      expect(report.outcome).toBe('rolled-back');
      expect(ports.world.records.map(({ kind }) => kind)).toEqual(['released']);
    });

    it('ships it again when somebody unblocks it and says why', async () => {
      const ports = createRecordingPorts();
      alreadyDeployed(ports, 'a', 'old');
      ports.world.sick = [ports.world.built];
      await run(ports, { environment: 'prod' });
      ports.world.sick = [];
      const { report } = await run(ports, {
        environment: 'prod',
        overrides: { ...noOverrides, unblock: 'the database was down' },
      });
      expect(report.outcome).toBe('deployed');
      expect(ports.world.records.map(({ kind }) => kind)).toEqual(['blocked', 'unblocked', 'released']);
    });

    it('puts the old version back also when the block cannot be recorded', async () => {
      const ports = createRecordingPorts();
      alreadyDeployed(ports, 'a', 'old');
      ports.world.sick = [ports.world.built];
      const registry = refusing(ports, 'blocked', new Error('503'));
      const { report } = await run({ ...ports, registry }, { environment: 'prod' });
      expect(report).toMatchObject({ outcome: 'rolled-back', error: { code: 'SERVICE_CRASHES' } });
    });
  });
});
