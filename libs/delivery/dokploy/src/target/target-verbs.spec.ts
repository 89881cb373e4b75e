import { formatReference, Secret } from '@ehr/delivery-core';
import { startFaultProxy } from '@ehr/testing-fakes';
import { describe, expect, it } from 'vitest';
import { arrange, pinOf, quiet, repository } from '../../test/arrange.ts';

const HOUR = 3_600_000;

describe('a failure before Dokploy took the deploy', () => {
  it('changed nothing where the key is not accepted', async () => {
    const { triggered, failure } = await arrange('compose');
    expect(await failure(triggered({ apiKey: new Secret('a key that nobody made') }))).toMatchObject({
      code: 'DOKPLOY_UNAUTHORIZED',
      effect: 'none',
    });
  });

  it.each([
    ['while it looks', 4],
    ['as it asks for the deploy', 10],
  ])('changed nothing where the key is used up %s', async (_when, max) => {
    const { fake, service, triggered, failure } = await arrange('compose');
    const before = service.row.env;
    const apiKey = new Secret(fake.addKey({ limit: { max, windowMs: 24 * HOUR } }));
    expect(await failure(triggered({ apiKey }))).toMatchObject({ code: 'DOKPLOY_THROTTLED', effect: 'none' });
    expect(fake.rows(service.id)).toEqual([]);
    if (max === 4) expect(service.row.env).toBe(before);
  });

  it.each(['compose', 'application'] as const)(
    'takes the pin of a %s away again when the deploy is refused',
    async (kind) => {
      const { fake, service, triggered, failure } = await arrange(kind);
      const before = { env: service.row.env, dockerImage: service.row['dockerImage'] };
      const proxy = await startFaultProxy(new URL(fake.url).host);
      proxy.inject(({ path }) =>
        path.endsWith('.deploy')
          ? { kind: 'status', status: 400, body: '{"message":"no","code":"BAD_REQUEST"}' }
          : undefined,
      );
      const error = await failure(triggered({ url: `http://${proxy.host}` }));
      expect(error).toMatchObject({ code: 'DOKPLOY_REFUSED', effect: 'none' });
      expect({ env: service.row.env, dockerImage: service.row['dockerImage'] }).toEqual(before);
      await proxy.stop();
    },
  );
});

describe('restore', () => {
  it('redeploys an application, which pulls nothing, and pins what it puts back', async () => {
    const { fake, service, target } = await arrange('application');
    const ours = target();
    await ours.restore(pinOf('1'));
    await ours.settle(quiet);
    expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('1').image)]);
    expect(fake.seen.filter(({ path }) => /\.(re)?deploy$/.test(path)).map(({ path }) => path)).toEqual([
      '/api/application.redeploy',
    ]);
  });

  it.each(['compose', 'stack'] as const)('deploys a %s again', async (kind) => {
    const { service, target } = await arrange(kind);
    const ours = target();
    await ours.restore(pinOf('1'));
    await ours.settle(quiet);
    expect(Object.values(service.running.images)).toEqual([formatReference(pinOf('1').image)]);
  });
});

describe('inspect', () => {
  it.each(['compose', 'application'] as const)(
    'tells the environment that a deploy of a %s wrote, and the digest that runs',
    async (kind) => {
      const { deploy } = await arrange(kind);
      const target = await deploy({ environment: 'staging' });
      expect(await target.inspect()).toMatchObject({
        environment: 'staging',
        digest: pinOf('2').image.digest,
      });
      expect(target.variablesFor(pinOf('2'))).toMatchObject({ EHR_ENVIRONMENT: 'staging' });
    },
  );

  it('tells the digest of what was started by tag, and none to a key that may not look', async () => {
    const { fake, service, target } = await arrange('compose');
    service.running.images = { 'ehr-api': `${repository}:latest` };
    service.running.health = 'healthy';
    expect((await target().inspect()).digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const apiKey = new Secret(fake.addKey({ member: { services: [service.id] } }));
    expect(await target({ apiKey }).inspect()).toMatchObject({ digest: null, keepsData: null });
  });

  it.each<[string, 'compose' | 'application', string, string[], boolean]>([
    ['without a volume', 'compose', '', [], false],
    ['with a volume', 'compose', '', ['/data'], true],
    ['with a database', 'compose', 'DATABASE_URL=postgres://db/ehr', [], true],
    ['without a volume', 'application', 'DATABASE_URL=', [], false],
  ])('says whether one %s keeps its data, of a %s', async (_what, kind, env, mounts, keepsData) => {
    const { service, deploy } = await arrange(kind);
    service.row.env = env;
    const target = await deploy();
    service.running.labels = { 'connect.ehr.data': '/data', 'connect.ehr.data-unless': 'DATABASE_URL' };
    service.running.mounts = mounts;
    expect(await target.inspect()).toMatchObject({ keepsData });
  });
});

describe('replicas', () => {
  it('are the containers of a compose, with image and restarts', async () => {
    const { service, deploy } = await arrange('compose');
    const target = await deploy();
    service.running.restarts = 4;
    const image = pinOf('2').image;
    expect(await target.replicas()).toEqual([{ image, state: 'running', restarts: 4 }]);
    service.running.health = 'starting';
    expect(await target.replicas()).toMatchObject([{ state: 'starting' }]);
  });

  it('are the tasks of an application that did not end', async () => {
    const { fake, service, target } = await arrange('application');
    const ours = target();
    await ours.trigger(pinOf('1'));
    await ours.settle(quiet);
    fake.behave(service.id, 'crash-loop');
    await ours.trigger(pinOf('2'));
    await ours.settle(quiet).catch(quiet);
    expect(await ours.replicas()).toEqual([{ image: pinOf('1').image, state: 'running', restarts: 0 }]);
  });

  it('are seen, without their images, by a key that may not look into Docker', async () => {
    const { fake, service, deploy, target } = await arrange('compose');
    await deploy();
    const apiKey = new Secret(fake.addKey({ member: { services: [service.id] } }));
    expect(await target({ apiKey }).replicas()).toEqual([{ image: null, state: 'running', restarts: null }]);
  });
});

it('follows no tag: it runs what it is told', async () => {
  const { target } = await arrange('compose');
  expect(target().followsTag).toBe(false);
});
