import { type BoardPorts, createBoard } from '@ehr/delivery-board';
import { coreError } from '@ehr/delivery-core';
import { createAnswerMemory } from '@ehr/delivery-registry';
import { startFaultProxy } from '@ehr/testing-fakes';
import { requireOrSkip, startRegistry } from '@ehr/testing-sandbox';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliveriesTo } from './registry-deliveries.ts';

const account = { username: 'clinic', password: 'canary-registry-password' };
const HOUR_MS = 3_600_000;

describe.skipIf(!requireOrSkip('registry'))('an hour of looking at the board', () => {
  it('asks the registry each question once a minute, by whether it changed, and pulls nothing', async () => {
    const registry = await startRegistry();
    const proxy = await startFaultProxy(registry.host);
    const place = { registry: proxy.host, repository: 'acme/ehr-api', credentials: account };
    const [dev, prod] = [await deliveriesTo(place, { environment: 'dev' }), await deliveriesTo(place)];
    onTestFinished(async () => {
      await dev.remove();
      await prod.remove();
      await proxy.stop();
      await registry.stop();
    });
    const [old, next] = [await prod.image('1'), await dev.image('2')];
    await prod.ship(old, { release: 'v1.0.0' });
    await dev.ship(next);

    let now = Date.parse('2026-11-30T08:00:00Z');
    const memory = createAnswerMemory(60_000, () => now);
    const opened = { dev: dev.reader(memory), prod: prod.reader(memory) };
    const ports: BoardPorts = {
      services: ['ehr-api'],
      open: async (_service, environment) => {
        if (environment === 'dev' || environment === 'prod') return opened[environment];
        throw coreError('OPTIONS_INVALID', `${environment} is not set up.`);
      },
      origin: async () => ({ healthUrl: 'http://x/health', prober: opened.dev.prober }),
      accepted: async () => [],
      migrations: async () => [],
      expire: () => memory.expire(),
      now: () => new Date(now),
    };
    const board = createBoard(ports);
    const paths = (await board.paths()).filter((path) => !path.startsWith('timeline'));
    const look = async () => {
      await board.mark();
      for (const path of paths) expect(await board.page({ path, search: '' }), path).not.toBeNull();
    };
    await look();
    // What was read once is asked for by HEAD from now on.
    now += 61_000;
    await look();
    const questions = new Set(proxy.seen.map(({ method, path }) => `${method} ${path}`)).size;
    const first = proxy.seen.length;
    for (const end = now + HOUR_MS; now < end; now += 10_000) await look();
    const hour = proxy.seen.slice(first);
    const perMinute = hour.length / 60;
    // Every page, images included, is looked at every ten seconds.
    expect(perMinute).toBeLessThanOrEqual(questions);
    const contents = hour.filter(({ path }) => /\/(?:manifests|blobs)\/sha256:/.test(path));
    expect(contents.filter(({ method }) => method === 'GET')).toEqual([]);
    const tags = hour.filter(({ path }) => /\/manifests\/(?!sha256)/.test(path));
    // What is not there has nothing to compare with.
    const whole = new Set(tags.filter(({ conditional }) => !conditional).map(({ path }) => path));
    const client = prod.client();
    for (const path of whole) expect(await client.resolve(path.split('/').at(-1) ?? ''), path).toBeNull();
    process.stdout.write(
      `an hour of looking at ${paths.length} pages of one service: ${hour.length} requests, ${perMinute.toFixed(1)} a minute, ${hour.filter(({ method }) => method === 'GET').length} GET, ${tags.filter(({ conditional }) => conditional).length} conditional\n`,
    );
  });
});
