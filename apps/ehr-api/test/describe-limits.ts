import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaults, type Limits } from '../src/config/fhir-settings.ts';
import type { Database } from '../src/database/database.ts';
import { type RunningApi, startApi } from './start-api.ts';
import { through } from './through.ts';

const READ = '/fhir/Patient/nobody';

/** What one client may take, and all together, the same on every database. */
export function describeLimits(database: () => Database): void {
  describe('limits', () => {
    /** The API over a database that, once closed, answers nobody until it is opened; `waiting` counts who waits for it. */
    const start = async (limits: Partial<Limits> = {}, trustedProxies: readonly string[] = []) => {
      let [gate, open, waiting] = [Promise.resolve(), () => undefined as void, 0];
      const gated = through(database(), async (asked, on) => {
        waiting += 1;
        await gate;
        return on.query(...asked);
      });
      const api = await startApi(gated, { limits: { ...defaults.limits, ...limits }, trustedProxies });
      onTestFinished(() => api.app.close());
      const close = () => {
        waiting = 0;
        gate = new Promise((resolve) => (open = resolve));
      };
      return { api, close, open: () => open(), waiting: () => waiting };
    };
    /** Connects, sends this, and keeps what comes. */
    const dial = async ({ app }: RunningApi, sent: string) => {
      if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 });
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      onTestFinished(() => void socket.destroy());
      let answer = '';
      socket.on('data', (chunk) => (answer += chunk.toString())).on('error', () => undefined);
      socket.write(sent);
      return { socket, answer: () => answer };
    };
    const statusOf = async (api: RunningApi, headers: Record<string, string> = {}) =>
      (await api.get(READ, headers)).status;
    const ended = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

    it('the 65th request of a client at once is told 429, others and health are served', async () => {
      const { api, close, open, waiting } = await start();
      close();
      const sixtyFour = Array.from({ length: 64 }, () => statusOf(api));
      await until(() => waiting() === 64);
      const { status, headers, body } = await api.get(READ);
      expect([status, headers['retry-after'], body.issue[0]?.code]).toEqual([429, '1', 'throttled']);
      expect([headers['ehr-environment'], (await api.get('/health')).status]).toEqual(['staging', 200]);
      const other = api.send({ method: 'GET', url: READ, remoteAddress: '192.0.2.1' });
      await until(() => waiting() === 65);
      open();
      expect(new Set(await Promise.all(sixtyFour))).toEqual(new Set([404]));
      expect([(await other).status, await statusOf(api)]).toEqual([404, 404]);
    });

    it('a client is who a trusted proxy says it is', async () => {
      const { api, close, open, waiting } = await start({ clientRequests: 1 }, ['127.0.0.1']);
      close();
      const of = (address: string) => statusOf(api, { 'x-forwarded-for': address });
      const two = [of('192.0.2.1'), of('192.0.2.2')];
      await until(() => waiting() === 2);
      expect(await of('192.0.2.1')).toBe(429);
      open();
      expect(await Promise.all(two)).toEqual([404, 404]);
    });

    it('who hangs up in the middle of a body frees a place at once', async () => {
      const { api } = await start({ clientRequests: 1 });
      const { socket, answer } = await dial(api, 'POST /fhir/Patient HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/fhir+json\r\ncontent-length: 9\r\n\r\n{'); // prettier-ignore
      await until(() => answer().includes('100 Continue'));
      expect(await statusOf(api)).toBe(429);
      socket.destroy();
      await until(async () => (await statusOf(api)) === 404);
    });

    it('who hangs up frees a place when the work begun for it is over, not before', async () => {
      const { api, close, open, waiting } = await start({ clientRequests: 1 });
      close();
      const { socket } = await dial(api, `GET ${READ} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await until(() => waiting() === 1);
      socket.destroy();
      await until(async () => (await connections(api)) === 0);
      expect(await statusOf(api)).toBe(429);
      open();
      await until(async () => (await statusOf(api)) === 404);
    });

    it('half a header keeps no connection: it is closed before one that rests between two requests', async () => {
      const { api } = await start({ headerMs: 200 });
      const resting = await dial(api, 'GET /live HTTP/1.1\r\nhost: x\r\n\r\n');
      await until(() => resting.answer().includes('pass'));
      const half = await dial(api, `GET ${READ} HTTP/1.1\r\nhost: `);
      const silent = await dial(api, '');
      const first = Promise.race([ended(resting.socket).then(() => 'resting'), Promise.all([ended(half.socket), ended(silent.socket)]).then(() => 'half')]); // prettier-ignore
      expect(await first).toBe('half');
      expect([half.answer().split('\r\n')[0], silent.answer()]).toEqual(['HTTP/1.1 408 Request Timeout', '']);
      expect((await startApi(database())).app.server.headersTimeout).toBeLessThanOrEqual(10_000);
    });

    it('what comes beyond the most connections is closed, until another one ends', async () => {
      const { api } = await start({ connections: 1 });
      const ask = 'GET /live HTTP/1.1\r\nhost: x\r\n\r\n';
      const first = await dial(api, ask);
      await until(() => first.answer().includes('pass'));
      const second = await dial(api, ask);
      await ended(second.socket);
      expect(second.answer()).toBe('');
      first.socket.destroy();
      await until(async () => (await connections(api)) === 0);
      const third = await dial(api, ask);
      await until(() => third.answer().includes('pass'));
    });
  });
}

function connections({ app }: RunningApi): Promise<number> {
  return new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)));
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}
