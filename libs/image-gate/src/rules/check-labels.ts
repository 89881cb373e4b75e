import { FINGERPRINT_LABEL } from '@ehr/delivery';
import type { Sight } from '../gate-finding.ts';

type Labels = Readonly<Record<string, string>>;

/** Required labels are there and say something; none names a thing that can be another tomorrow. */
export function checkLabels(labels: Labels, required: readonly string[]): readonly Sight[] {
  const missing = required
    .filter((name) => (labels[name] ?? '').trim() === '')
    .map((name) => refuse('label', name, `The label ${name} is missing or empty.`));
  const fingerprint = labels[FINGERPRINT_LABEL]?.trim() ?? '';
  // An argument that was not given leaves the label empty or as `unknown`.
  if (fingerprint !== '' && !/^[a-f0-9]{64}$/.test(fingerprint)) {
    missing.push(refuse('label', FINGERPRINT_LABEL, 'The fingerprint is not a hash of 64 digits.'));
  }
  return [...missing, ...checkMutable(labels)];
}

const MOVING = /^(?:latest|edge|nightly|next|stable|main|master|develop|dev|staging|prod|local)$/i;

/** Labels of the image spec (annotations.md) that name an image or a version. */
function checkMutable(labels: Labels): readonly Sight[] {
  const name = (label: string) => labels[`org.opencontainers.image.${label}`]?.trim() ?? '';
  const sights: Sight[] = [];
  for (const label of ['version', 'ref.name', 'revision']) {
    const tag = name(label).split(/[/:]/).at(-1) ?? '';
    if (MOVING.test(tag)) sights.push(moving(label, `"${tag}" names another image tomorrow.`));
  }
  const base = name('base.name');
  const tag = /:([^/:@]+)$/.exec(base)?.[1] ?? 'latest';
  const pinned = base.includes('@sha256:') || name('base.digest') !== '';
  if (base !== '' && !pinned && MOVING.test(tag)) {
    sights.push(moving('base.name', `The base "${base}" is another one tomorrow; name its digest.`));
  }
  return sights;
}

const moving = (label: string, sentence: string) =>
  refuse('mutable-name', `org.opencontainers.image.${label}`, sentence);

function refuse(rule: Sight['rule'], label: string, sentence: string): Sight {
  return { rule, severity: 'refuse', place: `config.Labels ${label}`, sentence };
}
