import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { HttpError, isTransient, retry, type RetryOptions } from './retry.ts';

const error = (status: number, retryAfter?: string) => {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
  return new HttpError(`it answered ${status}`, new Response(null, { status, headers }));
};
const nobodyListens = new TypeError('fetch failed', {
  cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
});

/** Fails with these errors in turn and then returns the number of the attempt; time passes only in `sleep`. */
function arrange(...failures: Error[]) {
  const waits: number[] = [];
  const now = () => waits.reduce((sum, wait) => sum + wait, 0);
  const sleep = async (milliseconds: number) => waits.push(milliseconds);
  const attempt = async (number: number) => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return number;
  };
  const run = (options: Partial<RetryOptions> = {}) =>
    retry(attempt, { firstWaitMs: 100, now, sleep, ...options });
  return { waits, run };
}

describe('retry', () => {
  const five = [503, 502, 500, 408, 503].map((status) => error(status));

  it('waits twice as long each time, up to the longest wait', async () => {
    const { run, waits } = arrange(...five);
    expect(await run({ longestWaitMs: 500 })).toBe(6);
    expect(waits).toEqual([100, 200, 400, 500, 500]);
  });

  it('waits as long as Retry-After when that is longer', async () => {
    const { run, waits } = arrange(error(429, '2'), error(503, '0'));
    await run();
    expect(waits).toEqual([2_000, 200]);
  });

  it.each([{ retries: 2 }, { deadline: 300 }])('ends with the last error: %o', async (limit) => {
    const { run, waits } = arrange(...five);
    await expect(run(limit)).rejects.toBe(five[2]);
    expect(waits).toEqual([100, 200]);
  });

  it('throws at once what a retry will not change', async () => {
    const { run, waits } = arrange(error(404));
    await expect(run()).rejects.toMatchObject({ status: 404 });
    expect(waits).toEqual([]);
  });

  it('retries what is not repeatable only when the server cannot have acted on it', async () => {
    const { run } = arrange(error(429), nobodyListens, error(504));
    await expect(run({ repeatable: false })).rejects.toMatchObject({ status: 504 });
  });
});

describe('isTransient', () => {
  it.each([408, 429, 500, 503])('is true for %d', (status) => {
    expect(isTransient(error(status))).toBe(true);
  });

  it.each([400, 401, 409])('is false for %d', (status) => {
    expect(isTransient(error(status))).toBe(false);
  });

  it('goes by `failure` for a server that uses a status in its own way', () => {
    const answer = new Response(null, { status: 500 });
    expect(isTransient(new HttpError('its rate limit', answer, 'throttled'), false)).toBe(true);
    expect(isTransient(new HttpError('its own decision', answer, 'refused'))).toBe(false);
  });

  it('is false for an error of our own code', () => {
    expect(isTransient(new TypeError("Cannot read properties of undefined (reading 'x')"))).toBe(false);
    expect(isTransient('text')).toBe(false);
  });

  it('is right about the errors of a real fetch', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const failureOf = async (signal?: AbortSignal) => {
      try {
        return await (await fetch(url, signal && { signal })).text();
      } catch (thrown) {
        return thrown;
      }
    };
    const [cut, late] = [await failureOf(), await failureOf(AbortSignal.timeout(1))];
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    const refused = await failureOf();
    expect([cut, late, refused].map((thrown) => isTransient(thrown))).toEqual([true, true, true]);
    expect([cut, late, refused].map((thrown) => isTransient(thrown, false))).toEqual([false, false, true]);
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
