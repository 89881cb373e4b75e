import { describe, expect, it } from 'vitest';
import { alreadyDeployed, createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { documentOf, modes, reportOf, requestOf, sayEnvironment, silent } from '../../test/run-deploy.ts';
import { deploy, type Mode, readReviewedPlan, renderPlan } from '../index.ts';

const arrange = () => {
  const ports = createRecordingPorts();
  const old = alreadyDeployed(ports, 'a', 'old');
  sayEnvironment(ports, 'prod');
  ports.world.tags['v1.0.0'] = old;
  return { ports, old };
};
const run = ({ ports }: ReturnType<typeof arrange>, mode: Mode) =>
  deploy(requestOf({ environment: 'prod', release: 'v1.1.0', mode }), { ...ports, reporter: silent });
const review = async (world: ReturnType<typeof arrange>) => documentOf(await run(world, modes.writePlan));
const apply = async (world: ReturnType<typeof arrange>, text: string) =>
  reportOf(await run(world, { kind: 'apply-plan', reviewed: readReviewedPlan(text, 'plan.json') }));
const stored = async (world: ReturnType<typeof arrange>) => JSON.stringify(await review(world));

describe('a plan for review', () => {
  it('says from which image to which, commits, tags that move, bytes to send and variables; it writes nothing', async () => {
    const world = arrange();
    const { ports, old } = world;
    const reviewed = await review(world);
    expect(reviewed).toMatchObject({ digest: ports.world.built, sendBytes: 1000 });
    expect(reviewed.commits).toEqual([{ revision: ports.world.revision, subject: 'What it is' }]);
    expect(reviewed.tags.map(({ name, from }) => [name, from])).toEqual([
      ['main-abcdef1', null],
      ['v1.1.0', null],
      ['1.1.0', null],
      ['1.1', null],
      ['1', null],
      ['latest', null],
      ['prod', null],
    ]);
    expect(reviewed.variables).toEqual([
      {
        name: 'IMAGE',
        from: expect.stringContaining(old) as string,
        to: expect.stringContaining(ports.world.built) as string,
      },
      { name: 'REVISION', from: '0123456', to: ports.world.revision },
    ]);
    expect(ports.calls).toEqual(['build']);
    expect(renderPlan(reviewed)).toContain('  abcdef1 What it is');
  });

  it('leaves out a moving tag that a higher version keeps', async () => {
    const world = arrange();
    world.ports.world.tags['v1.9.0'] = world.old;
    world.ports.world.tags['1'] = world.old;
    const reviewed = await review(world);
    const names = reviewed.tags.map(({ name }) => name);
    expect(names).toContain('1.1');
    expect(names).not.toContain('1');
  });
});

describe('a dry run', () => {
  it('shows the same document, builds nothing, and says what is known only when the image is built', async () => {
    const world = arrange();
    const document = documentOf(await run(world, modes.dryRun));
    expect(document).toMatchObject({ digest: null, sendBytes: null, variables: [] });
    expect(document.tags.find(({ name }) => name === 'latest')).toEqual({
      name: 'latest',
      from: null,
      to: null,
    });
    expect(renderPlan(document)).toContain('  latest: nothing → an image still to be built');
    expect(world.ports.calls).toEqual([]);
  });
});

describe('applying a reviewed plan', () => {
  it('does what was reviewed', async () => {
    const world = arrange();
    const report = await apply(world, await stored(world));
    expect(report).toMatchObject({ outcome: 'deployed', verdict: 'verified' });
  });

  it.each<[string, (ports: RecordingPorts) => void, string]>([
    [
      'another image runs now',
      (ports) => void alreadyDeployed(ports, 'c', 'newer'),
      `previous.image.digest was "sha256:${'a'.repeat(64)}" and is "sha256:${'c'.repeat(64)}"`,
    ],
    [
      'the sources changed',
      (ports) => void Object.assign(ports.world, { fingerprint: 'e'.repeat(64) }),
      'fingerprint was',
    ],
    [
      'a tag moved',
      (ports) => void (ports.world.tags['prod'] = `sha256:${'d'.repeat(64)}`),
      `tags.prod.was was null and is "sha256:${'d'.repeat(64)}"`,
    ],
  ])('refuses before any write when %s', async (_name, change, sentence) => {
    const world = arrange();
    const text = await stored(world);
    change(world.ports);
    const before = world.ports.calls.length;
    await expect(apply(world, text)).rejects.toMatchObject({ code: 'PLAN_CHANGED' });
    await expect(apply(world, text)).rejects.toThrow(sentence);
    expect(world.ports.calls.slice(before)).toEqual([]);
    expect(Object.keys(world.ports.world.documents)).toEqual([]);
  });

  it('refuses, before anything is pushed, an image that is built differently now', async () => {
    const world = arrange();
    const text = await stored(world);
    world.ports.world.built = `sha256:${'9'.repeat(64)}`;
    const report = await apply(world, text);
    expect(report).toMatchObject({ outcome: 'refused', error: { code: 'PLAN_CHANGED' } });
    expect(world.ports.calls).not.toContain('push');
  });

  it.each(['', '{}', '[1]', '{"format":"ehr-delivery/plan-0","plan":{}}'])('refuses the file %j', (text) => {
    expect(() => readReviewedPlan(text, 'plan.json')).toThrow('plan.json holds no plan of this tool');
  });
});
