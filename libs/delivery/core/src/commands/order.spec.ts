import { describe, expect, it } from 'vitest';
import { createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { noOverrides, run } from '../../test/run-deploy.ts';
import type { DeployRequest } from '../index.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;

/** The checkout is at the commit `letter`, whose content is its own. */
function checkOut(ports: RecordingPorts, letter: string): void {
  const { world } = ports;
  Object.assign(world, {
    revision: letter.repeat(40),
    built: digest(letter),
    fingerprint: letter.repeat(64),
  });
  world.identities[digest(letter)] = letter.repeat(64);
  ports.calls.length = 0;
}

/** A world of commits a, b, c, each on top of the one before, in which the given ones were deployed to prod. */
async function deployed(...releases: [letter: string, release: string | null][]): Promise<RecordingPorts> {
  const ports = createRecordingPorts({ line: ['a', 'b', 'c'].map((letter) => letter.repeat(40)) });
  for (const [letter, release] of releases) {
    checkOut(ports, letter);
    expect((await run(ports, { environment: 'prod', release })).report.outcome).toBe('deployed');
  }
  return ports;
}
const deployTo = (ports: RecordingPorts, letter: string, changes: Partial<DeployRequest> = {}) => {
  checkOut(ports, letter);
  return run(ports, { environment: 'prod', ...changes });
};
const overridden = { ...noOverrides, allowOlder: 'the customer needs the old one' };

describe('a deploy never goes backwards unasked', () => {
  it('publishes a version that is lower than what runs, and does not roll it out', async () => {
    const ports = await deployed(['a', 'v1.2.3']);
    const { report } = await deployTo(ports, 'b', { release: 'v1.1.9' });
    expect(report).toMatchObject({
      outcome: 'superseded',
      verdict: 'superseded',
      exit: 0,
      error: null,
      supersededBy: { version: '1.2.3', revision: 'a'.repeat(40) },
      warnings: ['prod runs v1.2.3 (aaaaaaa), which is newer; nothing was rolled out.'],
    });
    expect(ports.calls).toEqual([
      'build',
      'push',
      'attest bbb',
      'tag fingerprint bbb',
      'tag main-bbbbbbb bbb',
      'tag v1.1.9 bbb',
      'tag 1.1.9 bbb',
      'smokeTest bbb',
      'tag 1.1 bbb',
    ]);
    expect(['prod', 'latest', '1', '1.1'].map((tag) => ports.world.tags[tag])).toEqual([
      digest('a'),
      digest('a'),
      digest('a'),
      digest('b'),
    ]);
  });

  it('knows what a webhook’s platform does not tell: the commit of what runs', async () => {
    const ports = await deployed(['a', null]);
    ports.world.followsTag = true;
    const inspect = async () => ({ ...(await ports.target.inspect()), revision: null, version: null });
    const silent = { ...ports, target: { ...ports.target, followsTag: true, inspect } };
    checkOut(ports, 'b');
    const { report } = await run(silent, { environment: 'prod' });
    expect(report).toMatchObject({ outcome: 'deployed', error: null });
  });

  it('knows the version of what runs also where the service was not started again for it', async () => {
    const ports = await deployed(['a', 'v1.0.0']);
    const again = await deployTo(ports, 'a', { release: 'v1.1.0' });
    expect([again.report.outcome, ports.world.running?.version]).toEqual(['unchanged', '1.0.0']);
    expect((await deployTo(ports, 'a', { release: 'v1.0.1' })).report).toMatchObject({
      outcome: 'superseded',
      supersededBy: { version: '1.1.0' },
    });
  });

  it('does not move its `1.1` to an image that nobody saw start', async () => {
    const ports = await deployed(['a', 'v1.2.3']);
    await deployTo(ports, 'b', { release: 'v1.1.9', smokeTest: false });
    expect(ports.world.tags['1.1']).toBeUndefined();
  });

  it('rolls the lower version out for who says why', async () => {
    const ports = await deployed(['a', 'v1.2.3']);
    const { report } = await deployTo(ports, 'b', { release: 'v1.1.9', overrides: overridden });
    expect(report.outcome).toBe('deployed');
    expect(ports.world.tags['latest']).toBe(digest('b'));
  });

  it('builds and tags nothing for an older commit, as in a workflow that is run again', async () => {
    const ports = await deployed(['a', null], ['b', null]);
    delete ports.world.tags[`fingerprint-${'a'.repeat(64)}`];
    const { report } = await deployTo(ports, 'a');
    expect(report).toMatchObject({
      outcome: 'superseded',
      exit: 0,
      supersededBy: { revision: 'b'.repeat(40) },
    });
    expect(ports.calls).toEqual([]);
    expect(report.steps.every(({ outcome }) => outcome === 'skipped')).toBe(true);
  });

  it('goes forward by ancestry where only one of the two has a version', async () => {
    const ports = await deployed(['a', 'v9.0.0']);
    expect((await deployTo(ports, 'b')).report.outcome).toBe('deployed');
    expect((await deployTo(ports, 'a', { release: 'v9.0.0' })).report.outcome).toBe('superseded');
  });

  it('refuses what cannot be compared, unless it is the tip of the branch on the remote', async () => {
    const ports = await deployed(['b', null]);
    checkOut(ports, 'd');
    await expect(run(ports, { environment: 'prod' })).rejects.toMatchObject({
      code: 'DIVERGED',
      message: 'prod runs commit bbbbbbb; whether commit ddddddd is newer cannot be said.',
    });
    expect(ports.calls).toEqual([]);
    ports.world.tip = 'e'.repeat(40);
    await expect(run(ports, { environment: 'prod' })).rejects.toMatchObject({ code: 'DIVERGED' });
    ports.world.tip = 'd'.repeat(40);
    expect((await run(ports, { environment: 'prod' })).report.outcome).toBe('deployed');
  });

  it('takes the reason of who knows better for what cannot be compared', async () => {
    const ports = await deployed(['b', null]);
    expect((await deployTo(ports, 'd', { overrides: overridden })).report.outcome).toBe('deployed');
  });

  it('leaves a laptop alone: there a try is a try', async () => {
    const ports = createRecordingPorts();
    checkOut(ports, 'b');
    await run(ports);
    checkOut(ports, 'z');
    expect((await run(ports)).report.outcome).toBe('deployed');
  });
});

describe('a release', () => {
  it.each<[string, string | null, string]>([
    ['names no commit on the remote', null, 'The remote has no Git tag v1.0.0; this is commit abcdef1.'],
    [
      'names another commit',
      '9'.repeat(40),
      "The remote's Git tag v1.0.0 names commit 9999999; this is commit abcdef1.",
    ],
  ])('is refused when its Git tag %s', async (_name, commit, message) => {
    const ports = createRecordingPorts({ gitTags: { 'v1.0.0': commit } });
    const attempt = run(ports, { environment: 'prod', release: 'v1.0.0' });
    await expect(attempt).rejects.toMatchObject({ code: 'RELEASE_UNTAGGED', message });
    expect(ports.calls).toEqual([]);
  });

  it('is refused of a tree with changes, on a laptop too', async () => {
    const ports = createRecordingPorts({ dirty: true });
    await expect(run(ports, { release: 'v1.0.0' })).rejects.toMatchObject({ code: 'SOURCE_DIRTY' });
  });

  it('tells the slower of two that ship different images under one version at once', async () => {
    const ports = createRecordingPorts();
    const tag: typeof ports.registry.tag = async (image, name) => {
      await ports.registry.tag(image, name);
      // The other run writes right after ours.
      if (name === 'v1.0.0') ports.world.tags[name] = digest('9');
    };
    const { report } = await run(
      { ...ports, registry: { ...ports.registry, tag } },
      { environment: 'prod', release: 'v1.0.0' },
    );
    expect(report).toMatchObject({ outcome: 'refused', error: { code: 'TAG_IMMUTABLE' } });
    expect(ports.calls).not.toContain('trigger bbb');
  });
});
