import { DeliveryError, coreError, shortDigest } from '@ehr/delivery-core';
import type { GateLayer } from '../gate-image.ts';
import type { Sight } from '../gate-finding.ts';
import { judgeFileName } from '../rules/judge-file-name.ts';
import { findKeys, KEY_OVERLAP } from '../secrets/find-keys.ts';
import type { KnownSecretFinder } from '../secrets/known-secrets.ts';
import type { Ownership } from './ownership.ts';
import { readLayer } from './read-layer.ts';
import type { LayerEntry } from './read-layer.ts';
import { windowsOf } from './windows-of.ts';

/**
 * Everything to say about one layer, read once from begin to end. Each layer is judged for itself, so what a
 * later one deletes is seen all the same. Files that are not ours are searched for known secrets alone.
 */
export async function scanLayer(
  layer: GateLayer,
  secrets: KnownSecretFinder,
  isOurs: Ownership['isOurs'],
): Promise<readonly Sight[]> {
  const sights = new Map<string, Sight>();
  const add = (path: string, sight: Omit<Sight, 'place'>) => {
    const place = `layer ${shortDigest(layer.digest)}: ${path}`;
    sights.set(`${sight.rule} ${place} ${sight.sentence}`, { ...sight, place });
  };
  try {
    for await (const entry of readLayer(layer)) {
      const ours = isOurs(layer.digest, entry.path);
      const verdict = ours ? judgeFileName(entry.path) : undefined;
      if (verdict) {
        const { path, ...sight } = verdict;
        add(path, sight);
      }
      for (const sight of await searchEntry(entry, secrets, ours)) add(entry.path, sight);
    }
  } catch (cause) {
    if (cause instanceof DeliveryError) throw cause;
    // What cannot be read must not pass for clean.
    const message = `Layer ${shortDigest(layer.digest)} cannot be read to its end.`;
    throw coreError('LAYOUT_INVALID', message, { cause });
  }
  return [...sights.values()];
}

async function searchEntry(
  entry: LayerEntry,
  secrets: KnownSecretFinder,
  ours: boolean,
): Promise<readonly Omit<Sight, 'place'>[]> {
  const sights: Omit<Sight, 'place'>[] = [];
  const search = (bytes: Buffer, first: boolean, last: boolean) => {
    sights.push(...secrets.find(bytes).map(knownSecretSight));
    if (!ours) return;
    const window = { text: bytes.toString('latin1'), first, last };
    sights.push(...findKeys(window, entry.path).map(keySight));
  };
  // Names, link targets and extended attributes are content, too.
  search(Buffer.from(headerText(entry)), true, true);
  const overlap = Math.max(KEY_OVERLAP, secrets.longest);
  for await (const { bytes, first, last } of windowsOf(entry.chunks, overlap)) search(bytes, first, last);
  return sights;
}

function headerText({ header }: LayerEntry): string {
  const attributes = Object.entries((header.pax ?? {}) as Record<string, string>).flat();
  return [header.name, header.linkname ?? '', ...attributes].join('\n');
}

export function knownSecretSight(name: string): Omit<Sight, 'place'> {
  return {
    rule: 'known-secret',
    severity: 'refuse',
    sentence: `The value of ${name} is in the image. Take it out and revoke it.`,
  };
}

export function keySight(key: string): Omit<Sight, 'place'> {
  return {
    rule: 'key-format',
    severity: 'refuse',
    sentence: `This looks like ${key}. Take it out and revoke it.`,
  };
}
