import { formatReference, Secret } from '@ehr/delivery-core';
import { type Fault, type FaultProxy, startFaultProxy } from '@ehr/testing-fakes';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { arrange, type Arranged, failureOf, PATIENT, pinOf, quiet } from '../test/arrange.ts';
import { createWebhookTarget, createWebhookTrigger } from './index.ts';

let arranged: Arranged;
let proxy: FaultProxy;
beforeEach(async () => {
  arranged = await arrange('compose');
  proxy = await startFaultProxy(new URL(arranged.fake.url).host);
  onTestFinished(() => proxy.stop());
});

const webhook = (url = arranged.fake.webhookUrl(arranged.service)) =>
  createWebhookTrigger({
    url: new Secret(url.replace(arranged.fake.url, `http://${proxy.host}`)),
    service: 'ehr-api',
    sleep: async () => undefined,
  });
const refusal = (promise: Promise<unknown>) => failureOf(promise, [arranged.service.row.refreshToken]);

it('queues a deploy whose record holds version and revision', async () => {
  await webhook()(pinOf('2'));
  await expect
    .poll(() => arranged.fake.rows(arranged.service.id), PATIENT)
    .toMatchObject([
      { title: 'ehr-api 1.0.2 (2222222)', description: `Hash: ${'2'.repeat(40)}`, status: 'done' },
    ]);
});

it('deploys an application that is pinned by digest', async () => {
  const application = arranged.fake.addService({ name: 'app', kind: 'application', sourceType: 'docker' });
  application.row['dockerImage'] = formatReference(pinOf('1').image);
  await webhook(arranged.fake.webhookUrl(application))(pinOf('2'));
  await expect.poll(() => arranged.fake.rows(application.id), PATIENT).toHaveLength(1);
});

it('reaches the handler with a slash too many in its address', async () => {
  await webhook(`${arranged.fake.webhookUrl(arranged.service)}/`)(pinOf('2'));
  expect(arranged.fake.seen.at(-1)?.status).toBe(200);
});

describe('a refusal is a failure, whatever its status', () => {
  it.each<[string, () => void, number, string]>([
    ['auto deploy off', () => (arranged.service.row.autoDeploy = false), 400, 'Switch on Auto Deploy'],
    ['another token', () => (arranged.service.row.refreshToken = 'rotated-token-canary'), 404, 'rotated'],
    ['another image', () => answer(301, "Application Image Tag (a) doesn't match"), 301, 'another image'],
    ['another branch', () => answer(301, 'Branch Not Match'), 301, 'follows another branch'],
    ['no image', () => answer(301, 'Application Docker Image Name Not Found'), 301, 'another image'],
    ['an error while queueing', () => answer(400, 'Error deploying Compose'), 400, 'Error deploying Compose'],
    ['a redirect', () => answer(308, ''), 308, 'redirects are not followed'],
    ['a ping’s answer', () => answer(200, 'Ping received, webhook is active'), 200, 'Ping received'],
    ['a page', () => proxy.inject(() => ({ kind: 'status', status: 200, body: '<html>' })), 200, 'html'],
  ])('%s', async (_name, spoil, status, advice) => {
    const trigger = webhook();
    spoil();
    const error = await refusal(trigger(pinOf('2')));
    expect(error.code).toBe('WEBHOOK_REFUSED');
    expect(error.message).toContain(`answered ${status}`);
    expect(error.message).toContain(advice);
    expect(arranged.fake.rows(arranged.service.id)).toEqual([]);
  });
});

const answer = (status: number, message: string) =>
  proxy.inject(() => ({ kind: 'status', status, body: JSON.stringify({ message }) }));

describe('no answer', () => {
  it.each<[string, Fault]>([
    ['a reset', { kind: 'reset' }],
    ['a lost answer', { kind: 'lost-answer' }],
    ['a gateway’s 502', { kind: 'status', status: 502 }],
  ])('because of %s is retried', async (_name, fault) => {
    proxy.inject(({ number }) => (number < 3 ? fault : undefined));
    await webhook()(pinOf('2'));
    expect(proxy.seen).toHaveLength(3);
  });

  it('to the last retry is reported, without the address', async () => {
    proxy.inject(() => ({ kind: 'reset' }));
    expect((await refusal(webhook()(pinOf('2')))).code).toBe('DOKPLOY_UNREACHABLE');
  });
});

it('tells of each wait for a webhook that does not answer, without its address', async () => {
  const waits: string[] = [];
  const url = new Secret(arranged.fake.webhookUrl(arranged.service));
  const sleep = async () => undefined;
  const trigger = createWebhookTrigger({
    url,
    service: 'ehr-api',
    sleep,
    onWait: (text) => waits.push(text),
  });
  await arranged.fake.goDown();
  await refusal(trigger(pinOf('2')));
  expect(waits).toEqual(
    [1, 2, 4, 8].map((s) => `The Dokploy webhook of ehr-api does not answer; asked again in ${s} s`),
  );
});

it('a webhook target knows only where the service answers', async () => {
  const url = new Secret(arranged.fake.webhookUrl(arranged.service));
  const address = { publicUrl: 'https://x.org', healthPath: '/health' };
  const target = createWebhookTarget({ url, service: 'ehr-api', ...address });
  await target.trigger(pinOf('2'));
  await target.settle(quiet);
  const nothing = { image: null, digest: null, environment: null, revision: null, version: null };
  expect(await target.inspect()).toEqual({
    ...nothing,
    keepsData: null,
    healthUrl: 'https://x.org/health',
  });
});

it('shows nothing of an address that is not http(s)', async () => {
  const error = await failureOf(
    Promise.resolve().then(() => webhook('canary address')),
    ['canary address'],
  );
  expect(error.code).toBe('OPTIONS_INVALID');
});
