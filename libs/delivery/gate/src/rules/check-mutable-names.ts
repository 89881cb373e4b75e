import type { Sight } from '../gate-finding.ts';

const MOVING = /^(?:latest|edge|nightly|next|stable|main|master|develop|dev|staging|prod|local)$/i;

/**
 * Labels or annotations of the image spec (annotations.md) that name an image or a version must not name one
 * that can be another tomorrow: nobody could tell later what this image was, or what it was made from.
 */
export function checkMutableNames(labels: Readonly<Record<string, string>>, at: string): readonly Sight[] {
  const read = (label: string) => labels[`org.opencontainers.image.${label}`]?.trim() ?? '';
  const refuse = (label: string, sentence: string): Sight => ({
    rule: 'mutable-name',
    severity: 'refuse',
    place: `${at} org.opencontainers.image.${label}`,
    sentence,
  });
  const sights: Sight[] = [];
  for (const label of ['version', 'ref.name', 'revision']) {
    const tag = read(label).split(/[/:]/).at(-1) ?? '';
    if (MOVING.test(tag)) sights.push(refuse(label, `"${tag}" names another image tomorrow.`));
  }
  const base = read('base.name');
  const tag = /:([^/:@]+)$/.exec(base)?.[1] ?? 'latest';
  const pinned = base.includes('@sha256:') || read('base.digest') !== '';
  if (base !== '' && !pinned && MOVING.test(tag)) {
    sights.push(refuse('base.name', `The base "${base}" is another one tomorrow; name its digest.`));
  }
  return sights;
}
