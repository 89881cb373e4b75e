import { describe, expect, it } from 'vitest';
import { createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { releaseIn, requestOf, run, silent } from '../../test/run-deploy.ts';
import { promote, rollback } from '../index.ts';

const other = `sha256:${'e'.repeat(64)}` as const;

/** Somebody who may push says that this image has the content. */
function plant({ world }: RecordingPorts, fingerprint = world.fingerprint): void {
  world.tags[`fingerprint-${world.fingerprint}`] = other;
  world.identities[other] = fingerprint;
}

describe('an image that the registry has already', () => {
  it.each<[string, (ports: RecordingPorts) => void]>([
    ['is not signed', (ports) => (plant(ports), (ports.world.untrusted[other] = 'it is not signed'))],
    ['is labelled as other content', (ports) => plant(ports, '0'.repeat(64))],
    ['lacks a platform', (ports) => (plant(ports), (ports.world.platforms = ['linux/amd64']))],
    ['lost its parts to a clean-up', (ports) => (plant(ports), (ports.world.platforms = []))],
  ])('and that %s is built and pushed anew', async (_what, arrange) => {
    const ports = createRecordingPorts();
    arrange(ports);
    const { report } = await run(ports);
    expect(ports.calls.slice(0, 4)).toEqual(['build', 'push', 'attest bbb', 'tag fingerprint bbb']);
    expect(report).toMatchObject({ outcome: 'deployed', error: null });
  });

  it('counts when it is what its tag says, and is not looked at again once it runs', async () => {
    const ports = createRecordingPorts();
    plant(ports);
    await run(ports);
    expect(ports.calls).toContain('trigger eee');
    ports.world.platforms = [];
    expect((await run(ports)).report).toMatchObject({ outcome: 'unchanged' });
  });
});

describe('an image that is not signed', () => {
  it('is neither promoted nor rolled back to', async () => {
    const ports = createRecordingPorts();
    await releaseIn('staging', ports, 'a', 'b');
    for (const letter of ['a', 'b'])
      ports.world.untrusted[`sha256:${letter.repeat(64)}`] = 'it is not signed';
    const { prober } = ports;
    const origin = { environment: 'staging', healthUrl: 'http://staging/health', prober } as const;
    const request = requestOf({ environment: 'prod' });
    await expect(promote(request, { ...ports, origin, reporter: silent })).rejects.toMatchObject({
      code: 'IMAGE_UNTRUSTED',
      message: `Image ${'b'.repeat(12)} does not count: it is not signed.`,
    });
    const back = { ...requestOf({ environment: 'staging' }), to: null };
    await expect(rollback(back, { ...ports, reporter: silent })).rejects.toMatchObject({
      code: 'IMAGE_UNTRUSTED',
    });
    expect(ports.calls).toEqual([]);
  });
});

describe('a run that cannot sign where it has to', () => {
  it('is refused before anything is written, and may look', async () => {
    const ports = createRecordingPorts({ canSign: false });
    await expect(run(ports)).rejects.toMatchObject({ message: 'There is no key to sign with.' });
    expect([ports.calls, Object.keys(ports.world.documents)]).toEqual([[], []]);
    ports.world.canSign = true;
    await run(ports);
    ports.world.canSign = false;
    expect((await run(ports)).report.outcome).toBe('unchanged');
  });
});
