import { formatReference, Secret } from '@ehr/delivery-core';
import { expect, it } from 'vitest';
import { arrange, type Arranged, canaries, pinOf, reference } from '../../test/arrange.ts';
import { composeCommand, inspectDokploy, type InspectOptions, pingDokploy } from '../index.ts';

let arranged: Arranged;

const inspect = (more: Partial<InspectOptions> = {}) => {
  const { fake, service, clock } = arranged;
  return inspectDokploy({
    url: fake.url,
    apiKey: new Secret(fake.ownerKey),
    kind: service.kind,
    id: service.id,
    service: 'ehr-api',
    repository: reference,
    variablePrefix: 'API',
    now: () => clock.now,
    sleep: async (milliseconds) => void (clock.now += milliseconds),
    ...more,
  });
};

it('tells what a compose is set up for, with the names of its variables and none of their values', async () => {
  arranged = await arrange('compose');
  const facts = await inspect();
  expect(facts).toMatchObject({
    reachable: { known: true },
    version: { known: true, value: 'v0.30.2' },
    queued: { known: true, value: { all: 0, ofService: 0, oldestMs: 0 } },
    registries: { known: true, value: [] },
    service: {
      known: true,
      value: {
        kindMatches: true,
        autoDeploy: true,
        pinned: 'staging',
        pinIsUsed: true,
        doneMeansHealthy: false,
        pulls: false,
        variables: ['GREETING', 'API_IMAGE_TAG', 'DATABASE_URL', 'EMPTY', 'CERT'],
        missingVariables: [],
        ownLogin: null,
        takesBack: null,
      },
    },
  });
  for (const secret of [...canaries, arranged.fake.ownerKey]) {
    expect(JSON.stringify(facts)).not.toContain(secret);
  }
});

it.each([
  [
    'the command that waits, and pulls what is missing',
    { command: composeCommand('app', { waitSeconds: 60 }) },
    { doneMeansHealthy: true, pulls: false, pullsAlways: false },
  ],
  [
    'a command that asks the registry for everything',
    { command: composeCommand('app', { pull: 'always' }) },
    { doneMeansHealthy: true, pulls: true, pullsAlways: true },
  ],
  [
    'what is mounted, what is set, and whom it is told to ask',
    {
      composeFile:
        'services: { ehr-api: { volumes: ["data:/data"], environment: { A: "${A:-http://ehr-web:3000}" } } }',
      env: 'EMPTY=\nB=http://ehr-fax:1',
    },
    { mounts: ['/data'], filled: ['B'], hosts: { A: 'ehr-web', B: 'ehr-fax' } },
  ],
  [
    'a pin that nothing uses, and auto deploy switched off',
    { composeFile: 'services: {}', autoDeploy: false },
    { pinIsUsed: false, autoDeploy: false },
  ],
  [
    'what the compose file needs and nothing sets',
    { composeFile: 'image: a:${API_IMAGE_TAG:?}\nx: ${LICENCE:?} ${EMPTY:?}' },
    { missingVariables: ['LICENCE', 'EMPTY'] },
  ],
])('sees %s', async (_what, row, value) => {
  arranged = await arrange('compose');
  Object.assign(arranged.service.row, row);
  expect((await inspect()).service).toMatchObject({ value });
});

it('tells how long the first job of the queue has been there', async () => {
  arranged = await arrange('compose');
  const { fake, service, clock } = arranged;
  fake.queue.hold();
  fake.queue.add(service, 'deploy', 'mine', '');
  clock.now += 60_000;
  fake.queue.add(fake.addService({ name: 'other', kind: 'compose' }), 'deploy', 'theirs', '');
  expect((await inspect()).queued).toEqual({
    known: true,
    value: { all: 2, ofService: 1, oldestMs: 60_000 },
  });
});

it('reaches a server without any key', async () => {
  arranged = await arrange('compose');
  await pingDokploy({ url: arranged.fake.url });
  expect(arranged.fake.seen.at(-1)).toMatchObject({ path: '/api/trpc/settings.health', key: undefined });
});

it('inspects an application', async () => {
  arranged = await arrange('application');
  await arranged.triggered();
  expect((await inspect()).service).toMatchObject({
    value: { pinned: formatReference(pinOf('2').image), pinIsUsed: true, ownLogin: { username: 'puller' } },
  });
});

it('goes on with the other facts when one cannot be had', async () => {
  arranged = await arrange('compose');
  const { fake, service } = arranged;
  const member = new Secret(fake.addKey({ member: { services: [service.id] } }));
  expect(await inspect({ apiKey: member })).toMatchObject({
    service: { known: true },
    registries: { known: false, error: { code: 'DOKPLOY_UNAUTHORIZED' } },
  });
  expect(await inspect({ id: 'nope' })).toMatchObject({
    version: { known: true },
    service: { known: false, error: { code: 'DOKPLOY_REFUSED' } },
  });
  expect(await inspect({ apiKey: new Secret('wrong') })).toMatchObject({
    reachable: { known: true },
    version: { known: false, error: { code: 'DOKPLOY_UNAUTHORIZED' } },
  });
  await fake.goDown();
  expect(await inspect({ patienceMs: 0 })).toMatchObject({
    reachable: { known: false, error: { code: 'DOKPLOY_UNREACHABLE' } },
  });
});
