import { expect, it } from 'vitest';
import { DatabaseBusy } from './database.ts';
import { asClient, takeTurns } from './take-turns.ts';

/** Work that ends when it is told to; what began, in order. */
function world(all: number, each: number, patienceMs = 60_000) {
  const turn = takeTurns({ all, each }, patienceMs);
  const begun: string[] = [];
  const endings = new Map<string, () => void>();
  const ask = (client: string, name: string) =>
    asClient(client, () =>
      turn(() => {
        begun.push(name);
        return new Promise<string>((resolve) => endings.set(name, () => resolve(name)));
      }),
    );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    await settled();
    endings.get(name)?.();
    await settled();
  };
  return { ask, end, begun, settled };
}

it('goes to each client in turn, however many one asks for', async () => {
  const { ask, end, begun } = world(1, 1);
  const all = ['a1', 'a2', 'a3', 'b1', 'c1'].map((name) => ask(name.charAt(0), name));
  const order = ['a1', 'a2', 'b1', 'c1', 'a3'];
  for (const name of order) await end(name);
  expect(begun).toEqual(order);
  expect(await Promise.all(all)).toEqual(['a1', 'a2', 'a3', 'b1', 'c1']);
});

it('leaves room for others beside who asks most', async () => {
  const { ask, begun, settled, end } = world(3, 2);
  const own = ['a1', 'a2', 'a3'].map((name) => ask('a', name));
  await settled();
  expect(begun).toEqual(['a1', 'a2']);
  const other = ask('b', 'b1');
  await settled();
  expect(begun).toEqual(['a1', 'a2', 'b1']);
  for (const name of ['a1', 'a2', 'a3', 'b1']) await end(name);
  expect(await Promise.all([...own, other])).toEqual(['a1', 'a2', 'a3', 'b1']);
});

it('is not waited for without end, and then taken by nobody', async () => {
  const { ask, begun, end } = world(1, 1, 20);
  const first = ask('a', 'a1');
  await expect(ask('b', 'late')).rejects.toThrowError(DatabaseBusy);
  const next = ask('d', 'd1');
  await end('a1');
  await end('d1');
  expect(await Promise.all([first, next])).toEqual(['a1', 'd1']);
  expect(begun).toEqual(['a1', 'd1']);
});

it('passes on what goes wrong, and gives the turn to the next', async () => {
  const turn = takeTurns({ all: 1, each: 1 });
  const failed = turn(() => Promise.reject(new Error('broken')));
  const next = turn(async () => 'done');
  await expect(failed).rejects.toThrowError('broken');
  expect(await next).toBe('done');
});
