import { AsyncLocalStorage } from 'node:async_hooks';
import { DatabaseBusy, type Transactional } from './database.ts';

const clients = new AsyncLocalStorage<string>();

/** Whatever `work` asks of the database is asked by this client; of nobody (``) where nobody says so. */
export function asClient<T>(client: string, work: () => T): T {
  return clients.run(client, work);
}

/** How many may be at work at once: of all clients, and of each. */
interface Turns {
  readonly all: number;
  readonly each: number;
}

/** So long a turn is waited for. */
const PATIENCE_MS = 5_000;

/**
 * Work that is done in turns: whoever asks much waits for themselves, and who asks once for one turn of the others at most. A
 * turn goes to the client who has waited for one longest, and of a client's work to the first.
 * @throws DatabaseBusy when it did not come in time
 */
export function takeTurns({ all, each }: Turns, patienceMs = PATIENCE_MS) {
  /** By client, in the order in which they get a turn. */
  const waiting = new Map<string, (() => void)[]>();
  const atWork = new Map<string, number>();
  let busy = 0;
  const take = (client: string) => {
    const own = atWork.get(client) ?? 0;
    if (busy >= all || own >= each) return false;
    busy += 1;
    atWork.set(client, own + 1);
    return true;
  };
  const end = (client: string) => {
    busy -= 1;
    const others = (atWork.get(client) ?? 1) - 1;
    if (others === 0) atWork.delete(client);
    else atWork.set(client, others);
    for (const [next, queue] of waiting) {
      if (busy >= all) return;
      if (!take(next)) continue;
      const [begin, ...rest] = queue;
      waiting.delete(next);
      if (rest.length > 0) waiting.set(next, rest);
      begin?.();
    }
  };
  const wait = (client: string) =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        const others = (waiting.get(client) ?? []).filter((one) => one !== begin);
        if (others.length > 0) waiting.set(client, others);
        else waiting.delete(client);
        reject(new DatabaseBusy('No turn at the database came in time.'));
      }, patienceMs);
      waiting.set(client, [...(waiting.get(client) ?? []), begin]);
    });
  return async <T>(work: () => Promise<T>): Promise<T> => {
    const client = clients.getStore() ?? '';
    if (waiting.has(client) || !take(client)) await wait(client);
    try {
      return await work();
    } finally {
      end(client);
    }
  };
}

/** The same database, each statement and each transaction in its turn. */
export function inTurns(own: Transactional, inTurn: ReturnType<typeof takeTurns>): Transactional {
  return {
    query: (...asked) => inTurn(() => own.query(...asked)),
    transaction: (work) => inTurn(() => own.transaction(work)),
  };
}
