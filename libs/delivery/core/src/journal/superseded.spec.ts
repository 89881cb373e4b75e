import { describe, expect, it } from 'vitest';
import { withDocuments } from '../../test/recorded-documents.ts';
import { createRecordingPorts, recordedRun, type RecordingPorts } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { checkOut, digest, stagingWithA } from '../../test/staging-scene.ts';
import type { Ports } from '../ports.ts';
import { supersededRuns, supersededTag } from './superseded.ts';

const list = (ports: Ports) => supersededRuns('staging', ports);

/** Staging runs v1.2.3; the checkout is at a commit that is released under the version. */
async function giveWay(ports: RecordingPorts, release = 'v1.1.0', registry = ports.registry) {
  checkOut(ports, 'b');
  const { report } = await run({ ...ports, registry }, { environment: 'staging', release });
  expect(report).toMatchObject({ outcome: 'superseded', exit: 0 });
}

async function newerRuns(): Promise<RecordingPorts> {
  const ports = await stagingWithA({ line: ['a', 'b'].map((letter) => letter.repeat(40)) });
  checkOut(ports, 'a');
  expect((await run(ports, { environment: 'staging', release: 'v1.2.3' })).report.error).toBeNull();
  return ports;
}

describe('a run that gave way', () => {
  it('is remembered beside the journal, with its CI run and what stayed', async () => {
    const ports = await newerRuns();
    const before = Object.keys(ports.world.documents).filter((tag) => tag.startsWith('journal'));
    const address = 'https://github.com/acme/ehr/actions/runs/7';
    Object.assign(ports.run, { address });
    await giveWay(ports);
    expect(await list(ports)).toEqual([
      {
        run: ports.run.id,
        address,
        environment: 'staging',
        digest: digest('b'),
        revision: 'b'.repeat(40),
        version: '1.1.0',
        at: expect.any(String) as string,
        reason: 'staging runs v1.2.3 (aaaaaaa), which is newer; nothing was rolled out.',
      },
    ]);
    expect(Object.keys(ports.world.documents).filter((tag) => tag.startsWith('journal'))).toEqual(before);
    expect(await supersededRuns('prod', ports)).toEqual([]);
  });

  it('has no image where it built none', async () => {
    const ports = await newerRuns();
    checkOut(ports, 'b');
    expect((await run(ports, { environment: 'staging' })).report.outcome).toBe('deployed');
    checkOut(ports, 'a');
    delete ports.world.tags[`fingerprint-${'a'.repeat(64)}`];
    expect((await run(ports, { environment: 'staging' })).report.outcome).toBe('superseded');
    expect(await list(ports)).toMatchObject([{ digest: null, revision: 'a'.repeat(40) }]);
  });

  it('is one of the last hundred', async () => {
    const ports = await newerRuns();
    for (let count = 0; count < 102; count += 1) {
      Object.assign(ports, { run: recordedRun(count.toString(16).padStart(12, '0')) });
      await giveWay(ports);
    }
    const runs = await list(ports);
    expect([runs.length, runs[0]?.run, runs.at(-1)?.run]).toEqual([100, '000000000002', '000000000065']);
  });

  it('is written again when another run overwrote it', async () => {
    const ports = await newerRuns();
    const { documents } = ports.registry;
    const tag = supersededTag('staging');
    await giveWay(ports);
    const theirs = ports.world.documents[tag] ?? '';
    Object.assign(ports, { run: recordedRun('2'.repeat(12)) });
    let writes = 0;
    const racing = withDocuments(ports.registry, {
      ...documents,
      write: async (name, text) => {
        await documents.write(name, text);
        // Another run had read the list before this one wrote, and writes its own.
        if (name === tag && (writes += 1) === 1) await documents.write(tag, theirs);
      },
    });
    await giveWay(ports, 'v1.1.1', racing);
    expect((await list(ports)).map(({ version }) => version)).toEqual(['1.1.0', '1.1.1']);
  });

  it('ends as it would where the registry does not take the list', async () => {
    const ports = await newerRuns();
    const { documents } = ports.registry;
    const refusing = withDocuments(ports.registry, {
      ...documents,
      write: async (name, text) => {
        if (name.startsWith('superseded-')) throw new Error('403');
        await documents.write(name, text);
      },
    });
    await giveWay(ports, 'v1.1.0', refusing);
    expect(await list(ports)).toEqual([]);
  });
});

it.each(['', 'null', '{"runs":7}', '{"runs":[null,{"run":"x"}]}', '<html>'])(
  'a list that says %j is empty',
  async (text) => {
    const ports = createRecordingPorts();
    ports.world.documents[supersededTag('staging')] = text;
    expect(await list(ports)).toEqual([]);
  },
);

it('what others wrote into a list is inert', async () => {
  const ports = await newerRuns();
  await giveWay(ports);
  const tag = supersededTag('staging');
  ports.world.documents[tag] = (ports.world.documents[tag] ?? '').replace('staging runs', '\\u001b[2J');
  expect((await list(ports))[0]?.reason).toMatch(/^\?\[2J v1\.2\.3/);
});
