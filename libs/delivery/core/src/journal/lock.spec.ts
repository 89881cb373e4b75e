import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { journalTag, type JournalEntry } from '../index.ts';
import { alreadyDeployed, createRecordingPorts } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { LOCK_MS, takeLock } from './lock.ts';

const runOf = (letter: string) => ({
  id: letter.repeat(12),
  address: `run ${letter}`,
  lockLifeMs: LOCK_MS,
  onInterrupt: () => () => undefined,
});

/** A registry's journal and a clock; `wait` lets others in before each answer. */
function world(wait: () => Promise<void> = async () => undefined) {
  const entries = new Map<string, JournalEntry>();
  let time = Date.parse('2026-01-01T00:00:00Z');
  return {
    pass: (milliseconds: number) => (time += milliseconds),
    ports: (letter: string) => ({
      registry: {
        record: async (entry: JournalEntry) => wait().then(() => void entries.set(journalTag(entry), entry)),
        listTags: async () => wait().then(() => [...entries.keys()]),
        readEntry: async (tag: string) => wait().then(() => entries.get(tag) ?? null),
      },
      // Each look at the clock is a millisecond later: no two entries are of one time.
      clock: { now: () => new Date(time++), sleep: async () => undefined },
      run: runOf(letter),
    }),
  };
}
const take = (given: ReturnType<typeof world>, letter: string, environment: 'prod' | 'staging' = 'prod') =>
  takeLock('ehr-api', environment, given.ports(letter));

describe('takeLock', () => {
  it('refuses the second, saying who holds it', async () => {
    const given = world();
    await take(given, 'a');
    await expect(take(given, 'b')).rejects.toMatchObject({
      code: 'DEPLOY_IN_PROGRESS',
      message: expect.stringMatching(
        /^ehr-api in prod is being changed by run a, since 2026-01-01T/,
      ) as string,
    });
  });

  it('lets the next in when the first ended, and the refused one is no obstacle', async () => {
    const given = world();
    const lock = await take(given, 'a');
    await expect(take(given, 'b')).rejects.toThrow();
    await lock.end();
    await expect(take(given, 'c')).resolves.toBeDefined();
  });

  it('keeps environments apart', async () => {
    const given = world();
    await take(given, 'a');
    await expect(take(given, 'b', 'staging')).resolves.toBeDefined();
  });

  it('is over by itself when its run was killed, but not while it is renewed', async () => {
    const given = world();
    const lock = await take(given, 'a');
    given.pass(LOCK_MS / 2);
    await lock.renew();
    given.pass(LOCK_MS / 2 + 1000);
    await expect(take(given, 'b')).rejects.toMatchObject({ code: 'DEPLOY_IN_PROGRESS' });
    given.pass(LOCK_MS);
    await expect(take(given, 'b')).resolves.toBeDefined();
  });

  it('is never held by two, whatever the interleaving', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.infiniteStream(fc.nat(999)),
        async (runs, random) => {
          const waiting: (() => void)[] = [];
          const given = world(() => new Promise((go) => waiting.push(go)));
          let left = runs;
          const tries = [...'abcd'.slice(0, runs)].map((letter) =>
            take(given, letter)
              .then(() => 1)
              .catch(() => 0)
              .finally(() => left--),
          );
          while (left > 0) {
            await new Promise((done) => setImmediate(done));
            if (waiting.length > 0) waiting.splice((random.next().value ?? 0) % waiting.length, 1)[0]?.();
          }
          const held = (await Promise.all(tries)).reduce<number>((sum, one) => sum + one, 0);
          expect(held).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a deploy that finds another at work', () => {
  const arrange = async () => {
    const ports = createRecordingPorts();
    alreadyDeployed(ports, 'a', 'old');
    const lock = await takeLock('ehr-api', 'local', {
      ...ports,
      run: { ...ports.run, id: 'b'.repeat(12) },
    });
    return { ports, lock };
  };

  it('refuses at once, when it is not told to wait', async () => {
    const { ports } = await arrange();
    await expect(run(ports)).rejects.toMatchObject({ code: 'DEPLOY_IN_PROGRESS' });
  });

  it('waits as long as it is told to, and deploys when the other has ended', async () => {
    const { ports, lock } = await arrange();
    let slept = 0;
    const clock = {
      ...ports.clock,
      sleep: async (milliseconds: number) => {
        await ports.clock.sleep(milliseconds);
        if ((slept += 1) === 3) await lock.end();
      },
    };
    const { report } = await run({ ...ports, clock }, { waitSeconds: 600 });
    expect(report).toMatchObject({ outcome: 'deployed' });
  });

  it('refuses when the wait is over', async () => {
    const { ports } = await arrange();
    await expect(run(ports, { waitSeconds: 30 })).rejects.toMatchObject({ code: 'DEPLOY_IN_PROGRESS' });
  });
});
