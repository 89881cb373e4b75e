import type { Clock, Ports, Run } from '../../src/index.ts';
import { withDocuments } from '../recorded-documents.ts';
import type { VirtualTime } from '../virtual-time.ts';

/** What happens to a run from outside; `at` counts what it asks of the world. */
export interface Disturbance {
  /** Milliseconds its time of day is wrong by. */
  readonly offsetMs: number;
  /** Held up there, before or after the world acted, as by a lid that is closed; null: never. */
  readonly pause: { readonly at: number; readonly acted: boolean; readonly milliseconds: number } | null;
  /** Killed there, before or after the world acted; null: never. */
  readonly kill: { readonly at: number; readonly acted: boolean } | null;
}

/** A run was killed: nothing of it goes on. */
export class Killed extends Error {}

/**
 * Plays `body` with ports over which a run's disturbance comes; every answer takes a while. Rejected with Killed when the
 * run was killed.
 */
export async function disturbed<T>(
  ports: Ports,
  run: Run,
  { offsetMs, pause, kill }: Disturbance,
  time: VirtualTime,
  latencyMs: () => number,
  body: (ports: Ports) => Promise<T>,
): Promise<T> {
  const killed = Promise.withResolvers<never>();
  killed.promise.catch(() => undefined);
  let asked = 0;
  let isDead = false;
  let resumesAt = 0;
  const never = () => new Promise<never>(() => undefined);
  const die = () => {
    isDead = true;
    killed.reject(new Killed());
    return never();
  };
  /** A process that is held up does nothing at all, and a dead one never again. */
  const wait = async (milliseconds: number): Promise<void> => {
    await time.sleep(milliseconds);
    while (time.now() < resumesAt) await time.sleep(resumesAt - time.now());
    if (isDead) await never();
  };
  const holdUp = async (number: number, acted: boolean) => {
    if (kill?.at === number && kill.acted === acted) await die();
    if (pause?.at !== number || pause.acted !== acted) return;
    resumesAt = time.now() + pause.milliseconds;
    await wait(0);
  };
  const wrap = <P extends object>(port: P): P => {
    const wrapped = Object.keys(port).map((name) => {
      const value = (port as Record<string, unknown>)[name];
      if (typeof value !== 'function') return [name, value] as const;
      const act = value as (...args: unknown[]) => Promise<unknown>;
      const slow = async (...args: unknown[]) => {
        const number = (asked += 1);
        await wait(latencyMs());
        await holdUp(number, false);
        const answer = await act(...args);
        await holdUp(number, true);
        await wait(latencyMs());
        return answer;
      };
      // Only told apart by the type: the one that answers at once.
      return [name, name === 'variablesFor' ? value : slow] as const;
    });
    return Object.fromEntries(wrapped) as P;
  };
  const real = time.clock(offsetMs);
  const clock: Clock = {
    ...real,
    sleep: wait,
    every: (everyMs, action) =>
      real.every(everyMs, () => {
        if (!isDead && time.now() >= resumesAt) action();
      }),
  };
  const { registry, target, prober, source, builder } = ports;
  return Promise.race([
    body({
      ...ports,
      run,
      clock,
      registry: withDocuments(wrap(registry), wrap(registry.documents)),
      target: wrap(target),
      prober: wrap(prober),
      source: wrap(source),
      builder: wrap(builder),
    }),
    killed.promise,
  ]);
}
