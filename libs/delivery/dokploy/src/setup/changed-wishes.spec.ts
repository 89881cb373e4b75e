import { Secret } from '@ehr/delivery-core';
import { type FakeDokploy, startFakeDokploy } from '@ehr/testing-fakes';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  failureOf,
  pinOf,
  quiet,
  realClock,
  reference,
  repository,
  setUpOptions,
} from '../../test/arrange.ts';
import { createDokployTarget, type SetUpOptions, setUpService } from '../index.ts';

let fake: FakeDokploy;
beforeEach(async () => {
  fake = await startFakeDokploy();
});
afterEach(() => fake.stop());

const fileWith = (more: string) =>
  `services:\n  ehr-api:\n    image: ${repository}:\${API_IMAGE_TAG:?}\n${more}`;
const ports = (port: number) => fileWith(`    ports: ['127.0.0.1:${port}:3000']\n`);
const options = (more: Partial<SetUpOptions> = {}) =>
  setUpOptions(fake, { variables: { API_IMAGE_TAG: 'staging' }, ...more });
const setUp = (more: Partial<SetUpOptions> = {}) => setUpService(options(more));
const refusal = async (more: Partial<SetUpOptions>) => {
  const writes = () => fake.seen.filter(({ method }) => method === 'POST').length;
  const before = writes();
  const error = await failureOf(setUp(more), [fake.ownerKey]);
  expect(writes()).toBe(before);
  return error;
};
const rowOf = (id: string) => fake.world.services.get(id)!.row;

describe('another published port', () => {
  it('is carried out in a file that is ours', async () => {
    const { id } = await setUp();
    const { steps, warnings, publishedPort } = await setUp({ composeFile: ports(4300) });
    expect([rowOf(id)['composeFile'], publishedPort, warnings]).toEqual([ports(4300), 4300, []]);
    expect(steps.at(-1)).toContain('published port set to 4300');
  });

  it('is kept when nobody wishes another one', async () => {
    const { id } = await setUp({ composeFile: ports(4300) });
    expect(await setUp()).toMatchObject({ publishedPort: 4300, warnings: [] });
    expect(rowOf(id)['composeFile']).toBe(ports(4300));
  });

  it('is refused in a file that somebody changed, before any write', async () => {
    const { id } = await setUp();
    rowOf(id)['composeFile'] = fileWith('    cpus: 2\n');
    const error = await refusal({ composeFile: ports(4300) });
    expect(error).toMatchObject({ code: 'DOKPLOY_SERVICE_UNFIT' });
    expect(error.message).toContain('4300');
    expect((await setUp()).warnings.join()).toContain('not the one that would be made now');
  });
});

describe('another kind', () => {
  it.each<[SetUpOptions['kind'], SetUpOptions['kind']]>([
    ['compose', 'application'],
    ['application', 'compose'],
    ['compose', 'stack'],
    ['stack', 'compose'],
  ])('than the %s that is there, %s, is refused before any write', async (there, wished) => {
    await setUp({ kind: there });
    const error = await refusal({ kind: wished });
    expect(error).toMatchObject({ code: 'DOKPLOY_SERVICE_UNFIT' });
    expect(error.hint).toContain(`--kind=${there}`);
  });
});

describe('another time to wait', () => {
  it('is carried out, and kept by a set-up that does not say one', async () => {
    const { id } = await setUp({ waitSeconds: 300 });
    expect(rowOf(id)['command']).toContain('--wait-timeout 300');
    await setUp();
    expect(rowOf(id)['command']).toContain('--wait-timeout 300');
    await setUp({ waitSeconds: 60 });
    expect(rowOf(id)['command']).toContain('--wait-timeout 60');
  });

  it('is told of where the command is a person’s own', async () => {
    const { id } = await setUp();
    rowOf(id)['command'] = 'compose up -d';
    expect((await setUp()).warnings).toEqual([]);
    expect((await setUp({ waitSeconds: 60 })).warnings.join()).toContain('60 s');
    expect(rowOf(id)['command']).toBe('compose up -d');
  });
});

it('names the variables that have another value there', async () => {
  await setUp({ variables: { LOG_LEVEL: 'info', QUOTED: "'a b'" } });
  expect((await setUp({ variables: { LOG_LEVEL: 'debug', QUOTED: 'a b' } })).kept).toEqual(['LOG_LEVEL']);
});

it('takes Dokploy’s own environment production for prod, and keeps a prod that is there', async () => {
  const { environmentId } = await setUp({ environment: 'prod' });
  expect(fake.world.environments).toMatchObject([{ environmentId, name: 'production' }]);
  expect((await setUp({ environment: 'prod' })).environmentId).toBe(environmentId);
  await setUp({ environment: 'staging' });
  fake.world.environments.push({ ...fake.world.environments[0]!, environmentId: 'p', name: 'prod' });
  expect((await setUp({ environment: 'prod' })).environmentId).toBe('p');
});

describe('a webhook deploys', () => {
  it('an application: the image follows the tag again', async () => {
    const { id } = await setUp({ kind: 'application' });
    const digest = `sha256:${'1'.repeat(64)}`;
    Object.assign(rowOf(id), { dockerImage: `${repository}:staging@${digest}`, env: 'EHR_REVISION=abc' });
    const followingTag = { EHR_REVISION: 'unknown', EHR_VERSION: 'unversioned' };
    await setUp({ kind: 'application', variables: {}, followingTag });
    expect([rowOf(id)['dockerImage'], rowOf(id).env]).toEqual([
      `${repository}:staging`,
      'EHR_REVISION=unknown',
    ]);
  });
});

describe('the registry’s token was changed', () => {
  const signIn = (password: string) => ({
    host: 'docker.io',
    username: 'acme',
    password: new Secret(password),
  });
  const old = { registry: signIn('canary-registry-password') };

  it('and a deploy that cannot pull works again after the set-up', async () => {
    const { id } = await setUp(old);
    const address = { publicUrl: 'https://x.org', healthPath: '/health', variablePrefix: 'API' };
    const deploy = async () => {
      const time = { timeoutMs: 60_000, pollMs: 1, clock: realClock };
      const target = createDokployTarget({ ...options(), id, ...address, ...time, repository: reference });
      await target.trigger(pinOf('a'));
      await target.settle(quiet);
    };
    fake.rotateToken('docker.io', 'canary-new');
    expect((await failureOf(deploy(), ['canary-new'])).message).toContain('unauthorized');
    await setUp({ registry: signIn('canary-new') });
    await deploy();
    expect(
      (await setUp({ registry: signIn('canary-new') })).steps.every((step) => step.endsWith('was there')),
    ).toBe(true);
  });

  it('and the given one is not accepted either: what Dokploy keeps stays', async () => {
    await setUp(old);
    fake.rotateToken('docker.io', 'canary-new');
    const error = await failureOf(setUp({ registry: signIn('canary-wrong') }), ['canary-wrong']);
    expect(error).toMatchObject({ code: 'DOKPLOY_REFUSED' });
    expect(error.message).toContain('401 Unauthorized');
    expect(fake.world.registries).toMatchObject([{ password: 'canary-registry-password' }]);
  });

  it('is not assumed: a sign-in that is accepted is left alone, whoever’s it is', async () => {
    await setUp(old);
    await setUp({ registry: { ...signIn('canary-other'), username: 'robot' } });
    expect(fake.world.registries).toMatchObject([{ username: 'acme', password: 'canary-registry-password' }]);
  });
});
