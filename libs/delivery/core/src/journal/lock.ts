import type { Clock } from '../clock.ts';
import type { Environment } from '../environments.ts';
import { coreError } from '../errors/catalog.ts';
import type { Registry, Run } from '../ports.ts';

/*
 * The lock is a courtesy: it spares runs from working against each other, and nothing is wrong when two hold it, for
 * every step compares what it changes with what it expects. It is one tag that everybody overwrites, so the last writer
 * has it and two never both give way. Its holder renews it by a timer; whoever waits judges by its own clock how long
 * it has seen no renewal (as client-go's leader election), so that no two clocks are ever compared.
 */

/** What a lock says: whose it is, and a number that every renewal makes anew. */
interface LockRecord {
  /** Of this attempt: a run that tries again is another. */
  readonly holder: string;
  readonly run: string;
  /** The CI run's address, for people; null on somebody's machine. */
  readonly address: string | null;
  readonly renewal: number;
  /** How long its renewals may be waited for; milliseconds. */
  readonly lifeMs: number;
  readonly ended: boolean;
  /** The step it was at when the lock was renewed; null before the first. */
  readonly step?: string | null;
}

/** What taking a lock needs. */
export interface LockPorts {
  readonly registry: Pick<Registry, 'documents'>;
  readonly clock: Clock;
  readonly run: Run;
}

/** The tag that is an environment's lock. */
export function lockTag(environment: string): string {
  return `lock-${environment}`;
}

/** The right to change a service in an environment, as long as nobody overwrites it. */
export interface Lock {
  /** What the holder does now: the next renewal says so, to whoever looks. */
  at(step: string): void;
  /** Never fails: a lock that cannot be ended runs out by itself. */
  end(): Promise<void>;
}

/** Who is at work in an environment. */
export interface Holder {
  /** The CI run's address, or `run 0123456789ab`. */
  readonly name: string;
  /** The step that it was at some seconds ago; null when it does not tell. */
  readonly step: string | null;
  /** Each renewal has another number: one that stays for minutes is of a run that was killed. */
  readonly renewal: number;
}

/**
 * Who is at work in the environment, by its lock, beside the run of this id (null: anybody); null when nobody is known to
 * be. A run that was killed is still named.
 */
export async function otherHolder(
  environment: string,
  registry: Pick<Registry, 'documents'>,
  own: string | null,
): Promise<Holder | null> {
  const record = readRecord(await registry.documents.read(lockTag(environment)));
  if (record === null || record.ended || record.run === own) return null;
  const step = typeof record.step === 'string' ? record.step : null;
  return { name: nameOf(record), step, renewal: Number(record.renewal) };
}

/**
 * Waits until nobody else is at work in the environment, and says that this run is. A lock whose renewals stop is
 * believed for its life and no longer.
 * @throws DEPLOY_IN_PROGRESS when another run still renews its lock after `waitSeconds`.
 */
export async function takeLock(
  service: string,
  environment: Environment,
  waitSeconds: number,
  ports: LockPorts,
): Promise<Lock> {
  const { registry, clock, run } = ports;
  const start = clock.elapsed();
  const pauseMs = Math.min(2000, run.lockLifeMs / 10);
  /** The lock as it was seen last, and since when by our own clock. */
  let seen: { text: string | null; other: LockRecord | null; since: number } | undefined;
  let isAlive = false;
  for (let attempt = 1; ; attempt += 1) {
    const text = await registry.documents.read(lockTag(environment));
    if (seen === undefined || seen.text !== text) {
      isAlive = seen !== undefined;
      seen = { text, other: readRecord(text), since: clock.elapsed() };
    }
    const { other, since } = seen;
    if (other === null || isOver(other, clock.elapsed() - since, run)) {
      const lock = await hold(environment, `${run.id}-${attempt}`, ports);
      if (lock !== null) return lock;
    } else if (isAlive && clock.elapsed() - start >= waitSeconds * 1000) {
      throw coreError(
        'DEPLOY_IN_PROGRESS',
        `${service} in ${environment} is being changed by ${nameOf(other)}.`,
      );
    }
    // Runs that began together come back at different times.
    await clock.sleep(pauseMs * (1 + Number.parseInt(run.id.slice(0, 3), 16) / 4096));
  }
}

/** Of one CI run there is one attempt at a time: the lock that an earlier one left when it was killed is nobody's. */
function isOver({ ended, address, lifeMs }: LockRecord, unchangedMs: number, run: Run): boolean {
  return ended || unchangedMs >= lifeMs || (address !== null && address === run.address);
}

/** Writes the lock, and looks whether somebody wrote later; null when somebody did. */
async function hold(environment: Environment, holder: string, ports: LockPorts): Promise<Lock | null> {
  const { registry, clock, run } = ports;
  let step: string | null = null;
  const record = (renewal: number, ended: boolean): LockRecord => ({
    holder,
    step,
    run: run.id,
    address: run.address,
    renewal,
    lifeMs: run.lockLifeMs,
    ended,
  });
  const write = (renewal: number, ended: boolean) =>
    registry.documents.write(lockTag(environment), JSON.stringify(record(renewal, ended)));
  const current = async () => readRecord(await registry.documents.read(lockTag(environment)));
  await write(0, false);
  // Whoever saw the lock free before this write has written by then, as a rule.
  await clock.sleep(Math.min(200, run.lockLifeMs / 10));
  try {
    // What was written a moment ago and cannot be read is nobody else's: a courtesy is not worth waiting for.
    const { holder: writer } = (await current()) ?? { holder };
    if (writer !== holder) return null;
  } catch (error) {
    // Nobody works: others must not wait until it runs out.
    await write(0, true).catch(() => undefined);
    throw error;
  }
  let renewal = 0;
  /** One write after the other: a renewal on its way must not come behind the end. */
  let last: Promise<unknown> = Promise.resolve();
  let isEnded = false;
  const queue = (ended: boolean) => {
    last = last
      .then(async () => {
        if ((isEnded && !ended) || (await current())?.holder !== holder) return;
        await write(++renewal, ended);
      })
      .catch(() => undefined); // Others wait a little longer, or a little less.
    return last;
  };
  const stop = clock.every(run.lockLifeMs / 3, () => void queue(false));
  const end = async () => {
    if (isEnded) return;
    isEnded = true;
    stop();
    forget();
    await queue(true);
  };
  const forget = run.onInterrupt(end);
  return { at: (next) => void (step = next), end };
}

function nameOf({ run, address }: LockRecord): string {
  return address ?? `run ${run}`;
}

/** Null for what is no lock of ours: a courtesy that cannot be read keeps nobody out. */
function readRecord(content: string | null): LockRecord | null {
  if (content === null) return null;
  try {
    const value = JSON.parse(content) as Partial<LockRecord> | null;
    const isRecord =
      typeof value?.holder === 'string' && typeof value.run === 'string' && typeof value.lifeMs === 'number';
    return isRecord ? (value as LockRecord) : null;
  } catch {
    return null;
  }
}
