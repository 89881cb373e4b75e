import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digest } from '../image/digest.ts';
import { movingTagsOf, versionTagsIn } from '../image/version-tags.ts';
import { type JournalEntry, parseVersionTag, type Registry, settleRanges, versionTags } from '../index.ts';

type Tags = Map<string, Digest>;
type Wait = () => Promise<void>;

const digestOf = (version: string): Digest =>
  `sha256:${Buffer.from(version).toString('hex').padEnd(64, '0')}`;

/** A registry that lets others in before every answer. */
function registryOver(tags: Tags, wait: Wait): Registry {
  const used: Pick<Registry, 'resolve' | 'tag' | 'listTags' | 'journal'> = {
    resolve: async (tag) => wait().then(() => tags.get(tag) ?? null),
    listTags: async (prefix) =>
      wait().then(() => [...tags.keys()].filter((tag) => tag.startsWith(prefix)).sort()),
    tag: async (digest, tag) => wait().then(() => void tags.set(tag, digest)),
    journal: {
      read: async () => wait().then(() => ({ since: 0, entries: journalOf(tags), problems: [] })),
      state: () => '',
      readBefore: async () => null,
      append: async () => [],
    },
  };
  return used as Registry;
}

/** Says in the journal that prod was verified to run it, or that it failed there. */
function tell(kind: 'released' | 'blocked', version: string, tags: Tags): void {
  tags.set(`JOURNAL ${tags.size} ${kind}`, digestOf(version));
}

function journalOf(tags: Tags): readonly JournalEntry[] {
  const written = [...tags].filter(([name]) => name.startsWith('JOURNAL '));
  return written.map(([name, digest], position) => ({
    sequence: position + 1,
    run: 'f'.repeat(12),
    kind: name.endsWith('blocked') ? 'blocked' : 'released',
    service: 'ehr-api',
    environment: 'prod',
    digest,
    fingerprint: '',
    revision: '',
    version: '',
    at: '',
    reason: '',
  }));
}

/** What a release does to the tags: exact ones first, and when it is verified the ranges. */
async function release(version: string, tags: Tags, wait: Wait): Promise<void> {
  const registry = registryOver(tags, wait);
  const parsed = parseVersionTag(version);
  if (parsed === undefined) throw new Error(version);
  const { exact, moving } = versionTags(parsed);
  for (const tag of exact) await registry.tag(digestOf(version), tag);
  await wait();
  tell('released', version, tags);
  await settleRanges(
    registry,
    moving.filter((tag) => tag !== 'latest'),
    digestOf(version),
  );
}

/** Every range names the highest of its versions. */
function expectRight(tags: Tags): void {
  const versions = versionTagsIn([...tags.keys()]);
  for (const range of new Set(versions.flatMap(movingTagsOf))) {
    if (range === 'latest') continue;
    const highest = versions.find((version) => movingTagsOf(version).includes(range));
    expect([range, tags.get(range)]).toEqual([range, digestOf(highest ?? '')]);
  }
}

const immediately: Wait = async () => undefined;
const FIVE = ['v1.0.0', 'v1.0.1', 'v1.1.0', 'v2.0.0', 'v1.1.1'];

describe('settleRanges', () => {
  it('ends right after every order of five releases, and after each of them', async () => {
    for (const order of permutations(FIVE)) {
      const tags: Tags = new Map();
      for (const version of order) {
        await release(version, tags, immediately);
        expectRight(tags);
      }
    }
  });

  it('never moves a tag backwards for a late, a repeated or a pre-release', async () => {
    const tags: Tags = new Map();
    for (const version of ['v1.1.0', 'v1.0.9', 'v1.1.0', 'v1.2.0-rc.1'])
      await release(version, tags, immediately);
    expect(Object.fromEntries(['1', '1.1', '1.0'].map((tag) => [tag, tags.get(tag)]))).toEqual({
      '1': digestOf('v1.1.0'),
      '1.1': digestOf('v1.1.0'),
      '1.0': digestOf('v1.0.9'),
    });
    expect([...tags.keys()].filter((tag) => tag.startsWith('1.2') && !tag.includes('rc'))).toEqual([]);
  });

  it('passes over a version that was never verified, and over one that is blocked', async () => {
    const tags: Tags = new Map();
    await release('v1.0.0', tags, immediately);
    const registry = registryOver(tags, immediately);
    for (const tag of ['v1.1.0', '1.1.0']) await registry.tag(digestOf('v1.1.0'), tag);
    await release('v1.0.1', tags, immediately);
    expect(tags.get('1')).toBe(digestOf('v1.0.1'));
    tell('released', 'v1.1.0', tags);
    tell('blocked', 'v1.1.0', tags);
    await settleRanges(registry, ['1', '1.1'], null);
    expect([tags.get('1'), tags.get('1.1')]).toEqual([digestOf('v1.0.1'), undefined]);
  });

  it('ends right whichever of two releases goes on at each of the first fourteen turns', async () => {
    // Bit by bit: who goes on; later turns repeat the pattern.
    for (let choices = 0; choices < 2 ** 14; choices++) {
      const tags: Tags = new Map();
      await interleave(
        ['v1.0.9', 'v1.1.0'],
        tags,
        (waiting, step) => ((choices >> (step % 14)) & 1) % waiting,
      );
      expectRight(tags);
    }
  });

  it('ends right after any interleaving of up to five releases', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(FIVE, { minLength: 2 }),
        fc.infiniteStream(fc.nat(999)),
        async (versions, random) => {
          const tags: Tags = new Map();
          await interleave(versions, tags, (waiting) => (random.next().value ?? 0) % waiting);
          expectRight(tags);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Runs the releases at once; before each request `choose` says whose turn it is among those that wait. */
async function interleave(
  versions: readonly string[],
  tags: Tags,
  choose: (waiting: number, step: number) => number,
): Promise<void> {
  const waiting: (() => void)[] = [];
  const wait: Wait = () => new Promise((go) => waiting.push(go));
  let running = versions.length;
  const all = Promise.all(versions.map((version) => release(version, tags, wait).finally(() => running--)));
  for (let step = 0; running > 0; step++) {
    // Everybody who can go on has done so, and waits for an answer, when the microtasks are through.
    await new Promise((done) => setImmediate(done));
    if (waiting.length > 0) waiting.splice(choose(waiting.length, step), 1)[0]?.();
  }
  await all;
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, position) =>
    permutations(items.toSpliced(position, 1)).map((rest) => [item, ...rest]),
  );
}
