import { registryError } from '../registry-errors.ts';
import { mediaTypes, shortDigest } from '@ehr/delivery-core';
import type { Digest } from '@ehr/delivery-core';
import { setTimeout as wait } from 'node:timers/promises';
import type { Transport } from '../transport.ts';
import { referrersTag } from './attachment-tags.ts';
import { readReferrersTag } from './list-referrers.ts';
import type { Referrer } from './list-referrers.ts';

const MAX_ROUNDS = 10;

/**
 * Adds to the list under the tag. A registry cannot compare and swap, so what was written is read back, after a
 * moment in which another writer's list would have replaced it, and added again if it did: ours to theirs.
 */
export async function addToReferrersTag(
  transport: Transport,
  repository: string,
  subject: Digest,
  referrers: readonly Referrer[],
  pauseMs = 150,
): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { manifests } = await readReferrersTag(transport, repository, subject);
    const lacking = referrers.filter(({ digest }) => !manifests.some((there) => there.digest === digest));
    if (lacking.length === 0) return;
    await transport.send({
      method: 'PUT',
      path: `/v2/${repository}/manifests/${referrersTag(subject)}`,
      headers: { 'content-type': mediaTypes.index },
      body: JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.index,
        manifests: [...manifests, ...lacking],
      }),
      expect: [201],
    });
    // Of two that write over each other without end, one waits longer.
    await wait(pauseMs * (1 + Math.random() * round));
  }
  throw registryError(
    'REGISTRY_REFUSED',
    `What is attached to ${shortDigest(subject)} did not stay in its list in ${MAX_ROUNDS} rounds.`,
  );
}
