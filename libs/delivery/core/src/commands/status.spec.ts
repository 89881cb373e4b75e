import { describe, expect, it } from 'vitest';
import { tell } from '../../test/recorded-documents.ts';
import { createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { coreError, takeLock } from '../index.ts';
import { status } from './status.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const of = async (ports: RecordingPorts) =>
  (await status({ service: 'ehr-api', environments: ['staging'] }, { open: async () => ports }))[0];

async function deployed(): Promise<RecordingPorts> {
  const ports = createRecordingPorts();
  await run(ports, { environment: 'staging' });
  return ports;
}

describe('status', () => {
  it('tells what runs, since when, and that the service itself says so', async () => {
    expect(await of(await deployed())).toEqual({
      environment: 'staging',
      version: 'unversioned',
      revision: 'abcdef1',
      isEmpty: false,
      image: 'b'.repeat(12),
      digest: digest('b'),
      restarts: 0,
      replicas: { running: 1, all: 1 },
      blocked: null,
      frozen: null,
      busy: null,
      since: expect.stringMatching(/^2026-01-01T/) as string,
      verified: true,
      drift: [],
    });
  });

  it.each<[string, (ports: RecordingPorts) => unknown, string]>([
    ['the service runs another image', ({ world }) => (world.identities[digest('b')] = 'other'), 'other'],
    ['another service answers', ({ world }) => (world.service = 'ehr-web'), 'it is ehr-web that answers'],
    [
      'the tag names another image',
      ({ world }) => (world.tags['staging'] = digest('c')),
      'tag staging names cccccccccccc',
    ],
  ])('tells when %s', async (_name, change, message) => {
    const ports = await deployed();
    // What the registry knows of the image stays as it was.
    const image = await ports.registry.describe(digest('b'));
    await change(ports);
    const registry = { ...ports.registry, describe: async () => image };
    expect((await of({ ...ports, registry }))?.drift.join()).toContain(message);
  });

  it('tells why an image is blocked, why an environment is frozen, and who is at work there', async () => {
    const ports = await deployed();
    await tell(ports, 'blocked', digest('b'));
    await tell(ports, 'frozen', digest('b'));
    const lock = await takeLock('ehr-api', 'staging', 0, ports);
    expect(await of(ports)).toMatchObject({
      blocked: 'test',
      frozen: 'test',
      busy: { name: 'run 0123456789ab', step: null, renewal: 0 },
    });
    await lock.end();
    expect((await of(ports))?.busy).toBeNull();
  });

  it('tells what runs where the platform follows the tag, as after a webhook', async () => {
    const ports = createRecordingPorts({ followsTag: true });
    await run(ports, { environment: 'staging' });
    expect(await of(ports)).toMatchObject({
      digest: digest('b'),
      revision: 'abcdef1',
      verified: true,
      drift: [],
    });
    // The tag was moved by somebody, and the platform did not hear of it.
    ports.world.identities[digest('c')] = 'c'.repeat(64);
    ports.world.tags['staging'] = digest('c');
    expect(await of(ports)).toMatchObject({ digest: digest('c'), verified: false });
  });

  it('tells of a set-up that never ran, and of one that ran and is silent', async () => {
    const image = { registry: 'docker.io', repository: 'acme/ehr-api', tag: 'latest' };
    for (const [ports, words] of [
      [createRecordingPorts(), 'runs nothing yet'],
      [await deployed(), 'nothing answers'],
    ] as const) {
      const inspect = async () => ({
        ...(await ports.target.inspect()),
        image,
        digest: null,
        healthUrl: 'http://x',
      });
      const prober = { probe: async () => ({ kind: 'silence', message: 'ECONNREFUSED' }) as const };
      const found = await of({ ...ports, prober, target: { ...ports.target, inspect } });
      expect(found?.drift).toEqual([
        `${words}; it is set up with docker.io/acme/ehr-api:latest, which is not pinned by digest`,
      ]);
    }
  });

  it('tells of a service that never ran and of one that nobody pinned, and no environment hides another', async () => {
    const tagged = createRecordingPorts();
    const image = { registry: 'docker.io', repository: 'acme/ehr-api', tag: 'latest' };
    const healthUrl = 'http://127.0.0.1:4201/health';
    const inspect = async () => ({
      image,
      digest: null,
      environment: null,
      keepsData: null,
      healthUrl,
      revision: null,
      version: null,
    });
    const rows = await status(
      { service: 'ehr-api', environments: ['dev', 'staging', 'prod'] },
      {
        open: async (environment) => {
          if (environment === 'dev') throw coreError('OPTIONS_INVALID', 'It is not set up.');
          if (environment === 'staging') return createRecordingPorts();
          const prober = { probe: async () => ({ kind: 'answer', status: 200, body: {} }) as const };
          return { ...tagged, prober, target: { ...tagged.target, inspect } };
        },
      },
    );
    expect(rows.map(({ verified, drift }) => [verified, ...drift])).toEqual([
      [null, 'It is not set up.'],
      [false, 'runs nothing'],
      [false, 'runs docker.io/acme/ehr-api:latest, which is not pinned by digest'],
    ]);
  });
});
