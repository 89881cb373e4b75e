import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordedDocuments, renew } from '../../test/recorded-documents.ts';
import { alreadyDeployed, createRecordingPorts, recordedRun } from '../../test/recording-ports.ts';
import { run } from '../../test/run-deploy.ts';
import { createVirtualTime, type VirtualTime } from '../../test/virtual-time.ts';
import type { Documents } from './documents.ts';
import { type Lock, otherHolder, takeLock } from './lock.ts';

const LIFE_MS = 60_000;
const runOf = (letter: string) => recordedRun(letter.repeat(12));

/** One registry; each run asks it over its own clock. */
function world(time: VirtualTime, answerMs: () => number = () => 10) {
  const store = recordedDocuments({ documents: {} });
  const wait = () => time.sleep(answerMs());
  const documents: Documents = {
    ...store,
    read: (tag) => wait().then(() => store.read(tag)),
    write: async (tag, text) => {
      await wait();
      await store.write(tag, text);
      await wait();
    },
  };
  const registry = { documents };
  return {
    /** A run whose clock is wrong by `offsetMs`. */
    ports: (letter: string, offsetMs = 0) => ({ registry, clock: time.clock(offsetMs), run: runOf(letter) }),
  };
}
const refused = { code: 'DEPLOY_IN_PROGRESS' };

describe('takeLock', () => {
  it('refuses the second when the first still renews its lock, saying who holds it', async () => {
    await createVirtualTime().run(async (time) => {
      const given = world(time);
      const first = { ...runOf('a'), address: 'https://ci.example.org/runs/7' };
      const lock = await takeLock('ehr-api', 'prod', 0, { ...given.ports('a'), run: first });
      await expect(takeLock('ehr-api', 'prod', 0, given.ports('b'))).rejects.toMatchObject({
        ...refused,
        message: 'ehr-api in prod is being changed by https://ci.example.org/runs/7.',
      });
      expect(time.now()).toBeLessThan(LIFE_MS / 2);
      await lock.end();
    });
  });

  it('tells at each renewal which step its holder is at', async () => {
    await createVirtualTime().run(async (time) => {
      const { ports } = world(time);
      const lock = await takeLock('ehr-api', 'prod', 0, ports('a'));
      lock.at('await-rollout');
      const seen = async () => (await otherHolder('prod', ports('b').registry, null))?.step;
      expect(await seen()).toBeNull();
      await time.sleep(LIFE_MS / 2);
      expect(await seen()).toBe('await-rollout');
      await lock.end();
    });
  });

  it('lets the next in when the first ended, and the refused one is no obstacle', async () => {
    await createVirtualTime().run(async (time) => {
      const given = world(time);
      const lock = await takeLock('ehr-api', 'prod', 0, given.ports('a'));
      expect(await otherHolder('prod', given.ports('b').registry, runOf('b').id)).toEqual({
        name: 'run aaaaaaaaaaaa',
        step: null,
        renewal: 0,
      });
      await expect(takeLock('ehr-api', 'prod', 0, given.ports('b'))).rejects.toMatchObject(refused);
      await lock.end();
      expect(await otherHolder('prod', given.ports('b').registry, runOf('b').id)).toBeNull();
      await (await takeLock('ehr-api', 'prod', 0, given.ports('c'))).end();
      // A run that gave way before tries again as any other.
      await (await takeLock('ehr-api', 'prod', 0, given.ports('b'))).end();
    });
  });

  it('is ended again when the registry fails before the run could begin', async () => {
    await createVirtualTime().run(async (time) => {
      const given = world(time);
      const { registry, ...ports } = given.ports('a');
      let reads = 0;
      const read: Documents['read'] = (tag) =>
        (reads += 1) > 1 ? Promise.reject(new Error('503')) : registry.documents.read(tag);
      const failing = { ...ports, registry: { documents: { ...registry.documents, read } } };
      await expect(takeLock('ehr-api', 'prod', 0, failing)).rejects.toThrow('503');
      expect(await otherHolder('prod', registry, null)).toBeNull();
    });
  });

  it('keeps environments apart', async () => {
    await createVirtualTime().run(async (time) => {
      const given = world(time);
      const locks = [
        await takeLock('ehr-api', 'prod', 0, given.ports('a')),
        await takeLock('ehr-api', 'staging', 0, given.ports('b')),
      ];
      for (const lock of locks) await lock.end();
    });
  });

  it.each([0, -86_400_000, 86_400_000])(
    'is over one life after its run was killed, and no sooner, with a clock that is off by %i ms',
    async (offset) => {
      await createVirtualTime().run(async (time) => {
        const given = world(time);
        // Killed: its timer never renews.
        const killed = {
          ...given.ports('a', offset),
          clock: { ...time.clock(offset), every: () => () => undefined },
        };
        await takeLock('ehr-api', 'prod', 0, killed);
        const before = time.now();
        const lock = await takeLock('ehr-api', 'prod', 0, given.ports('b'));
        expect(time.now() - before).toBeGreaterThanOrEqual(LIFE_MS);
        expect(time.now() - before).toBeLessThan(LIFE_MS * 1.2);
        await lock.end();
      });
    },
  );

  it('does not wait for a registry that never shows what was written', async () => {
    await createVirtualTime().run(async (time) => {
      const { registry, ...ports } = world(time).ports('a');
      const forgetful = { documents: { ...registry.documents, read: async () => null } };
      const before = time.now();
      await (await takeLock('ehr-api', 'prod', 0, { ...ports, registry: forgetful })).end();
      expect(time.now() - before).toBeLessThan(LIFE_MS / 10);
    });
  });

  it('is over at once for another attempt of the same CI run, of which there is one at a time', async () => {
    await createVirtualTime().run(async (time) => {
      const given = world(time);
      const attempt = (letter: string) => {
        const { run, ...ports } = given.ports(letter);
        return { ...ports, run: { ...run, address: 'https://github.com/a/b/actions/runs/1' } };
      };
      await takeLock('ehr-api', 'prod', 0, {
        ...attempt('a'),
        clock: { ...time.clock(0), every: () => () => undefined },
      });
      const before = time.now();
      await (await takeLock('ehr-api', 'prod', 0, attempt('b'))).end();
      expect(time.now() - before).toBeLessThan(LIFE_MS / 10);
    });
  });

  it('waits as long as it is told to, whatever that is', async () => {
    await createVirtualTime().run(async (time) => {
      const given = world(time);
      const lock = await takeLock('ehr-api', 'prod', 0, given.ports('a'));
      void time.sleep(300_000).then(() => lock.end());
      const next = await takeLock('ehr-api', 'prod', 600, given.ports('b'));
      expect(time.now()).toBeGreaterThan(300_000);
      await next.end();
    });
  });

  it('always gives somebody the lock, and never to two while answers are fast, whatever the moments', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 4 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
        async (runs, random) => {
          await createVirtualTime().run(async (time) => {
            const given = world(time, () => Number(random.next().value));
            let [held, most] = [0, 0];
            const work = async (letter: string) => {
              await time.sleep(Number(random.next().value));
              const lock: Lock = await takeLock('ehr-api', 'prod', 600, given.ports(letter));
              held += 1;
              most = Math.max(most, held);
              await time.sleep(5000);
              held -= 1;
              await lock.end();
            };
            await Promise.all([...'abcd'.slice(0, runs)].map(work));
            expect(most).toBe(1);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a deploy that finds another at work', () => {
  const arrange = async () => {
    const ports = createRecordingPorts();
    alreadyDeployed(ports, 'a', 'old');
    const lock = await takeLock('ehr-api', 'local', 0, { ...ports, run: runOf('b') });
    let slept = 0;
    /** The other renews its lock, and ends at the nth look. */
    const clock = (ends: number) => ({
      ...ports.clock,
      sleep: async (milliseconds: number) => {
        await ports.clock.sleep(milliseconds);
        renew(ports.world, 'local');
        if ((slept += 1) === ends) await lock.end();
      },
    });
    return { ports, clock };
  };

  it('refuses, when it is not told to wait', async () => {
    const { ports, clock } = await arrange();
    await expect(run({ ...ports, clock: clock(-1) })).rejects.toMatchObject(refused);
    expect(ports.calls).toEqual([]);
  });

  it('waits as long as it is told to, and deploys when the other has ended', async () => {
    const { ports, clock } = await arrange();
    const { report } = await run({ ...ports, clock: clock(3) }, { waitSeconds: 600 });
    expect(report).toMatchObject({ outcome: 'deployed' });
  });

  it('refuses when the wait is over', async () => {
    const { ports, clock } = await arrange();
    await expect(run({ ...ports, clock: clock(-1) }, { waitSeconds: 30 })).rejects.toMatchObject(refused);
  });
});
