import { coreError } from '../errors/catalog.ts';
import type { Registry } from '../ports.ts';
import { movingTagWinners } from '../image/version-tags.ts';

/** A moving tag that was pointed at another version. */
export interface MovedTag {
  readonly tag: string;
  /** The exact tag of the version it names now. */
  readonly version: string;
}

/** Two releases at once settle in two rounds, n in n; more means that somebody else moves tags without end. */
const MAX_ROUNDS = 20;

/**
 * Points `moving` tags at the highest version the registry holds, whoever released it. A registry cannot compare
 * and swap, so after writing it looks again and mends what a release in between made stale: whoever writes last
 * has seen every exact tag there is. Call it when the version's own exact tags are written.
 */
export async function settleMovingTags(
  registry: Pick<Registry, 'resolve' | 'tag' | 'listTags'>,
  moving: readonly string[],
): Promise<readonly MovedTag[]> {
  const moved = new Map<string, string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const winners = movingTagWinners(await registry.listTags());
    let settled = true;
    for (const tag of moving) {
      const version = winners.get(tag);
      if (version === undefined) continue;
      const [wanted, actual] = [await registry.resolve(version), await registry.resolve(tag)];
      if (wanted === null || wanted === actual) continue;
      await registry.tag(wanted, tag);
      moved.set(tag, version);
      settled = false;
    }
    if (settled) return [...moved].map(([tag, version]) => ({ tag, version }));
  }
  throw coreError(
    'TAGS_UNSETTLED',
    `The tags ${moving.join(', ')} of ${MAX_ROUNDS} rounds did not stay where they were put.`,
  );
}
