import { describe, expect, it } from 'vitest';
import { createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { modes, releaseIn, requestOf, run, silent } from '../../test/run-deploy.ts';
import { deploy, type Environment, environments, promote, rollback } from '../index.ts';

const BASE = 'stand-in.invalid/node:24';
const shared: readonly Environment[] = ['dev', 'staging', 'prod'];

/** A world whose registry is not on this machine. */
function onServer(changes: Partial<RecordingPorts['world']> = {}): RecordingPorts {
  return from('docker.io', createRecordingPorts(changes));
}

function from(registry: string, ports: RecordingPorts): RecordingPorts {
  const repository = { registry, repository: 'acme/ehr-api' };
  return { ...ports, registry: { ...ports.registry, repository } };
}

describe('an image on a stand-in for its base', () => {
  it.each(shared)('is refused for %s before it is built, also to look at', async (environment) => {
    const ports = onServer({ base: BASE });
    const refusal = { code: 'BASE_IS_STAND_IN', effect: 'none' };
    await expect(run(ports, { environment })).rejects.toMatchObject(refusal);
    for (const mode of Object.values(modes)) {
      const looking = deploy(requestOf({ environment, mode }), { ...ports, reporter: silent });
      await expect(looking).rejects.toMatchObject(refusal);
    }
    expect([ports.calls, Object.keys(ports.world.documents)]).toEqual([[], []]);
  });

  it.each(shared)(
    'and that only its label tells is refused for %s before it is pushed',
    async (environment) => {
      const ports = onServer({ standInFor: 'node:24' });
      const { report } = await run(ports, { environment });
      expect(report).toMatchObject({
        outcome: 'refused',
        verdict: 'refused',
        error: {
          code: 'BASE_IS_STAND_IN',
          message: `The image is built on a stand-in for node:24, and ${environment} gets none of that from docker.io/acme/ehr-api.`,
        },
      });
      expect(ports.calls).toEqual(['build']);
    },
  );

  it.each<[Environment, string]>([
    ['local', 'docker.io'],
    ...environments.map((environment): [Environment, string] => [environment, '127.0.0.1:5050']),
  ])('is shipped to %s by way of %s', async (environment, registry) => {
    const ports = from(registry, createRecordingPorts({ base: BASE, standInFor: 'node:24' }));
    expect((await run(ports, { environment })).report.outcome).toBe('deployed');
  });

  it('is neither promoted nor rolled back to', async () => {
    const ports = createRecordingPorts();
    await releaseIn('staging', ports, 'a', 'b');
    ports.world.standInFor = 'node:24';
    const there = { ...from('docker.io', ports), reporter: silent };
    const origin = {
      environment: 'staging',
      healthUrl: 'http://staging/health',
      prober: ports.prober,
    } as const;
    const refusal = { code: 'BASE_IS_STAND_IN' };
    await expect(promote(requestOf({ environment: 'prod' }), { ...there, origin })).rejects.toMatchObject(
      refusal,
    );
    const back = { ...requestOf({ environment: 'staging' }), to: null };
    await expect(rollback(back, there)).rejects.toMatchObject(refusal);
    expect(ports.calls).toEqual([]);
  });

  it.each([
    ['does not count as the content on the base itself', 'node:24', ['build', 'push']],
    ['counts as the content on the stand-in', BASE, ['tag local-abcdef1 eee', 'smokeTest eee']],
  ])('%s, found in the registry', async (_what, base, first) => {
    const ports = createRecordingPorts({ base, standInFor: 'node:24' });
    const found = `sha256:${'e'.repeat(64)}` as const;
    ports.world.tags[`fingerprint-${ports.world.fingerprint}`] = found;
    ports.world.identities[found] = ports.world.fingerprint;
    await run(ports);
    expect(ports.calls.filter((call) => !call.startsWith('tag fingerprint')).slice(0, 2)).toEqual(first);
  });
});
