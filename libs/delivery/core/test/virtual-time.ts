import type { Clock } from '../src/index.ts';

/** Time that passes only when everybody waits, for many runs at once. */
export interface VirtualTime {
  /** Milliseconds since it began. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** The clock of a machine whose time of day is wrong by so many milliseconds. */
  clock(offsetMs?: number): Clock;
  /** Plays until the body has ended. */
  run<T>(body: (time: VirtualTime) => Promise<T>): Promise<T>;
}

const BEGIN = Date.parse('2026-01-01T00:00:00Z');

/** Time at zero. */
export function createVirtualTime(): VirtualTime {
  let now = 0;
  let number = 0;
  const waiting: { at: number; number: number; go: () => void }[] = [];
  const timers = new Set<{ at: number; everyMs: number; action: () => void }>();
  const sleep = (milliseconds: number) =>
    new Promise<void>((go) => void waiting.push({ at: now + milliseconds, number: number++, go }));

  /** The next moment at which something happens. */
  const advance = () => {
    const next = waiting.toSorted((a, b) => a.at - b.at || a.number - b.number)[0];
    if (next === undefined) throw new Error('Everybody waits for nothing.');
    for (const timer of timers) {
      if (timer.at > next.at) continue;
      now = Math.max(now, timer.at);
      timer.at += timer.everyMs;
      return timer.action();
    }
    waiting.splice(waiting.indexOf(next), 1);
    now = Math.max(now, next.at);
    next.go();
  };
  const time: VirtualTime = {
    now: () => now,
    sleep,
    clock: (offsetMs = 0) => ({
      now: () => new Date(BEGIN + now + offsetMs),
      elapsed: () => now,
      sleep,
      every: (everyMs, action) => {
        const timer = { at: now + everyMs, everyMs, action };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    }),
    run: async (body) => {
      const outcome: { ended: boolean } = { ended: false };
      const result = body(time).finally(() => (outcome.ended = true));
      result.catch(() => undefined);
      for (;;) {
        // Whoever can go on has done so, and waits, when the microtasks are through.
        await new Promise((done) => setImmediate(done));
        if (outcome.ended) return result;
        advance();
      }
    },
  };
  return time;
}
