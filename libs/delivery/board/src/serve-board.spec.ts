import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBoardWorld, tellStory } from '../test/board-world.ts';
import { serveBoard, type ServedBoard } from './serve-board.ts';

describe('the served board', () => {
  let board: ServedBoard;
  beforeAll(async () => {
    const world = createBoardWorld();
    await tellStory(world);
    board = await serveBoard(world.ports, { port: 0 });
  });
  afterAll(() => board.stop());

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((done, fail) => {
      // `fetch` writes the Host header itself.
      const asked = request(new URL(path, board.url), { headers, method }, (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      asked.on('error', fail);
      asked.end();
    });

  it('lets a page do nothing but what the board itself brings along', async () => {
    const { status, headers, text } = await get('/');
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(text).not.toMatch(/ on\w+=|style="/);
  });

  it.each<[string, Record<string, string>]>([
    ['a name of somebody else that leads to this address', { host: 'board.example.org' }],
    ['the same with a port', { host: 'board.example.org:80' }],
    ['another site’s script', { origin: 'https://evil.example.org' }],
    ['another site’s picture', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }],
  ])('refuses %s', async (_name, headers) => {
    for (const path of ['/', '/events', '/board.js', '/timeline-ehr-api-30.html'])
      expect(await get(path, headers)).toMatchObject({ status: 403 });
  });

  it('is opened by a link on another page', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(await get('/', headers)).toMatchObject({ status: 200 });
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH'])('has nothing that %s could do', async (method) => {
    expect(await get('/', {}, method)).toMatchObject({ status: 405 });
  });

  it.each([
    '/nothing.html',
    '/environment-nowhere.html',
    '/?environment=nowhere',
    '/between-dev-dev.html',
    '/timeline-ehr-api-31.html',
    '/timeline-other-30.html',
    '/image-ehr-api-000000000000.html',
    '/image-ehr-api-zzzzzzzzzzzz.html',
    '/..%2f..%2fpackage.json',
    '/src/index.ts',
  ])('has no page %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404 });
  });

  it('shows one environment to a wall', async () => {
    const { text } = await get('/?environment=staging');
    expect(text).toContain('<html lang="en" class="wall">');
    expect(text).toContain('data-environment="staging"');
    expect(text).not.toContain('data-environment="prod"');
  });

  it('tells whoever looks of news, and ends when it is stopped', async () => {
    const world = createBoardWorld();
    await tellStory(world);
    const other = await serveBoard(world.ports, { port: 0, refreshMs: 20 });
    const answer = await fetch(`${other.url}/events`);
    const reader = (answer.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()).getReader();
    const marks = new Set<string>();
    const read = async () => /"mark":"(\w+)"/.exec((await reader.read()).value ?? '')?.[1] ?? '';
    marks.add(await read());
    marks.add(await read());
    expect(marks.size).toBe(1);
    world.of('ehr-api', 'prod').world.tags['prod'] = `sha256:${'c'.repeat(64)}`;
    world.later(60_000);
    await expect.poll(async () => marks.add(await read()).size).toBe(2);
    await other.stop();
    const isOver = async (): Promise<boolean> => (await reader.read().catch(() => ({ done: true }))).done;
    await expect.poll(isOver).toBe(true);
  });
});
