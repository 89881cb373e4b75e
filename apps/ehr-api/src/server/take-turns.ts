/** How many may be at work at once: of all clients, and of each. */
export interface Turns {
  readonly all: number;
  readonly each: number;
}

/** Nobody's turn came in time. */
export class NoTurn extends Error {
  override readonly name = 'NoTurn';
}

interface Waiting {
  readonly begin: () => void;
  readonly isOver: () => boolean;
}

/**
 * Work that is done in turns: whoever asks much waits for themselves, and who asks once for one turn of the others at most. A
 * turn goes to the client who has waited for one longest, and of a client's work to the first.
 * @param patienceMs how long work waits for its turn
 */
export function takeTurns({ all, each }: Turns, patienceMs: number) {
  /** By client, in the order in which they get a turn. */
  const waiting = new Map<string, Waiting[]>();
  const atWork = new Map<string, number>();
  let busy = 0;
  const next = () => {
    for (const [client, queue] of waiting) {
      if (busy >= all) return;
      if ((atWork.get(client) ?? 0) >= each) continue;
      const first = queue.shift();
      waiting.delete(client);
      if (queue.length > 0) waiting.set(client, queue);
      if (first === undefined || first.isOver()) continue;
      busy += 1;
      atWork.set(client, (atWork.get(client) ?? 0) + 1);
      first.begin();
    }
  };
  const end = (client: string) => {
    busy -= 1;
    const others = (atWork.get(client) ?? 1) - 1;
    if (others === 0) atWork.delete(client);
    else atWork.set(client, others);
    next();
  };
  /**
   * Does the work when it is its turn; `isGone` says that nobody waits for it any more, and then it is not done.
   * @throws NoTurn when it did not come in time
   */
  return async <T>(client: string, isGone: () => boolean, work: () => Promise<T>): Promise<T | undefined> => {
    let isLate = false;
    const hasTurn = await new Promise<boolean>((resolve, reject) => {
      const timer = setTimeout(() => {
        isLate = true;
        reject(new NoTurn('Others are at work, and no turn came in time.'));
      }, patienceMs);
      const decide = (isOwn: boolean) => {
        clearTimeout(timer);
        resolve(isOwn);
      };
      const isOver = () => {
        if (!isLate && isGone()) decide(false);
        return isLate || isGone();
      };
      waiting.set(client, [...(waiting.get(client) ?? []), { begin: () => decide(true), isOver }]);
      next();
    });
    return hasTurn ? work().finally(() => end(client)) : undefined;
  };
}
