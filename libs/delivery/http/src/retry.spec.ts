import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HttpError, isTransient, retry } from './retry.ts';

const answer = (status: number, headers: Record<string, string> = {}) =>
  new Response(null, { status, headers });
const error = (status: number, retryAfter?: string) =>
  new HttpError(`it answered ${status}`, answer(status, retryAfter ? { 'retry-after': retryAfter } : {}));
const refusedConnection = new TypeError('fetch failed', {
  cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
});

/** Virtual time: passes only in `sleep`. `run` fails with these errors in turn and then succeeds. */
function arrange(...failures: unknown[]) {
  const waits: number[] = [];
  let time = 0;
  return {
    waits,
    run: (options: Partial<Parameters<typeof retry>[1]> = {}) =>
      retry(
        async (number) => {
          // p-retry hands back what is thrown, whatever it is.
          if (failures.length > 0) throw failures.shift() as Error;
          return number;
        },
        {
          firstWaitMs: 100,
          now: () => time,
          sleep: async (milliseconds) => {
            waits.push(milliseconds);
            time += milliseconds;
          },
          ...options,
        },
      ),
  };
}

describe('retry', () => {
  it('waits twice as long each time, up to the longest wait', async () => {
    const { run, waits } = arrange(...Array.from({ length: 5 }, () => error(503)));
    expect(await run({ longestWaitMs: 500 })).toBe(6);
    expect(waits).toEqual([100, 200, 400, 500, 500]);
  });

  it('waits as long as Retry-After says when that is longer', async () => {
    const { run, waits } = arrange(error(429, '2'), error(503, '0'));
    await run();
    expect(waits).toEqual([2_000, 200]);
  });

  it('throws the last error after the last retry, without a wait', async () => {
    const last = error(500);
    const { run, waits } = arrange(error(502), error(503), last);
    await expect(run({ retries: 2 })).rejects.toBe(last);
    expect(waits).toEqual([100, 200]);
  });

  it('begins no wait that would end after the deadline', async () => {
    const { run, waits } = arrange(...Array.from({ length: 5 }, () => error(503)));
    await expect(run({ deadline: 300 })).rejects.toMatchObject({ status: 503 });
    expect(waits).toEqual([100, 200]);
  });

  it('throws at once what a retry will not change', async () => {
    const { run, waits } = arrange(error(404));
    await expect(run()).rejects.toMatchObject({ status: 404 });
    expect(waits).toEqual([]);
  });

  it('retries what is not repeatable only when the server cannot have acted on it', async () => {
    const { run } = arrange(error(429), refusedConnection, error(504));
    await expect(run({ repeatable: false })).rejects.toMatchObject({ status: 504 });
  });
});

describe('isTransient', () => {
  it.each([
    [408, true],
    [429, true],
    [500, true],
    [503, true],
    [400, false],
    [401, false],
    [409, false],
  ])('status %d: %s', (status, expected) => {
    expect(isTransient(error(status))).toBe(expected);
  });

  it('believes the server that uses a status in its own way', () => {
    expect(isTransient(new HttpError('its rate limit', answer(401), 'throttled'), false)).toBe(true);
    expect(isTransient(new HttpError('its own decision', answer(500), 'refused'))).toBe(false);
  });

  it('is false for an error of our own code', () => {
    expect(isTransient(new TypeError("Cannot read properties of undefined (reading 'x')"))).toBe(false);
    expect(isTransient('text')).toBe(false);
  });

  it('knows the errors of a real fetch', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const thrown = (promise: Promise<unknown>) => promise.catch((reason: unknown) => reason);
    const cut = await thrown(fetch(url).then((response) => response.text()));
    const late = await thrown(
      fetch(url, { signal: AbortSignal.timeout(1) }).then((response) => response.text()),
    );
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    const refused = await thrown(fetch(url));
    expect([cut, late, refused].map((reason) => isTransient(reason))).toEqual([true, true, true]);
    expect([cut, late, refused].map((reason) => isTransient(reason, false))).toEqual([false, false, true]);
  });
});

it.each([
  ['7', 7_000],
  ['3600', 60_000],
  [new Date(Date.now() - 5_000).toUTCString(), 0],
  ['soon', undefined],
])('reads Retry-After: %s as %s ms', (header, expected) => {
  expect(error(429, header).retryAfterMs).toBe(expected);
});
