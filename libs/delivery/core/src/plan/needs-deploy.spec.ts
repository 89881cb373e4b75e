import { describe, expect, it } from 'vitest';
import { alreadyDeployed, createRecordingPorts, type RecordingPorts } from '../../test/recording-ports.ts';
import { requestOf, run } from '../../test/run-deploy.ts';
import { needsDeploy } from './needs-deploy.ts';
import { planDeploy } from './plan-deploy.ts';
import { readSnapshot } from './read-snapshot.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;

/** The need, after checking that the plan of a deploy is of the same mind. */
async function needOf(ports: RecordingPorts) {
  const request = requestOf();
  const snapshot = await readSnapshot(request, ports);
  const need = needsDeploy(snapshot);
  const rollout = planDeploy(request, snapshot).steps.find(({ kind }) => kind === 'trigger-rollout');
  expect(rollout?.skip).toBe(need.needed ? null : need.message);
  return need;
}

/** A world in which ehr-api was deployed from this very checkout. */
async function deployed(): Promise<RecordingPorts> {
  const ports = createRecordingPorts();
  await run(ports);
  return ports;
}

describe('needsDeploy', () => {
  it('leaves alone what runs the checkout’s content', async () => {
    expect(await needOf(await deployed())).toEqual({
      needed: false,
      message: 'compose project test runs it already',
    });
  });

  it('leaves it alone after another commit of the same content', async () => {
    const ports = await deployed();
    ports.world.revision = '9'.repeat(40);
    expect(await needOf(ports)).toMatchObject({ needed: false });
  });

  it('asks for a deploy where nothing ever ran', async () => {
    expect(await needOf(createRecordingPorts())).toEqual({
      needed: true,
      message: 'no release of it is known there',
    });
  });

  it('asks for a deploy of other content, and says what runs', async () => {
    const ports = createRecordingPorts();
    alreadyDeployed(ports, 'a', 'old');
    expect((await needOf(ports)).message).toBe('it runs fingerprint old, not ffffffffffff');
  });

  it('asks for a deploy when nothing answers, whatever was deployed last', async () => {
    const ports = await deployed();
    const silent = {
      ...ports,
      prober: { probe: async () => ({ kind: 'silence', message: 'down' }) as const },
    };
    expect(await needOf(silent)).toEqual({ needed: true, message: 'nothing answered (down)' });
  });

  it('asks for a deploy when another service answers on the address', async () => {
    const ports = await deployed();
    ports.world.service = 'ehr-web';
    expect((await needOf(ports)).message).toBe('it is ehr-web that answers, not ehr-api');
  });

  it('asks for a deploy when the right image runs but is not healthy', async () => {
    const ports = await deployed();
    const answer = await ports.prober.probe('');
    const sick = { ...answer, body: { ...(answer as { body: object }).body, status: 'fail' } };
    const { message } = await needOf({ ...ports, prober: { probe: async () => sick } });
    expect(message).toBe('it is the right image but not healthy (200)');
  });

  it('asks for a deploy when the registry lost the image', async () => {
    const ports = await deployed();
    delete ports.world.tags[`fingerprint-${ports.world.fingerprint}`];
    expect((await needOf(ports)).message).toContain('the registry does not have the image');
  });

  it('asks for a deploy when the content runs but another image is pinned', async () => {
    const ports = await deployed();
    ports.world.identities[digest('c')] = ports.world.fingerprint;
    ports.world.tags[`fingerprint-${ports.world.fingerprint}`] = digest('c');
    ports.world.tags['local-abcdef1'] = digest('c');
    expect((await needOf(ports)).message).toContain('is pinned to bbbbbbbbbbbb, not cccccccccccc');
  });
});
