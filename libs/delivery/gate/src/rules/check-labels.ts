import { FINGERPRINT_LABEL } from '@ehr/delivery-core';
import type { Sight } from '../gate-finding.ts';

/** Required labels are there and say something, and the fingerprint is one. */
export function checkLabels(
  labels: Readonly<Record<string, string>>,
  required: readonly string[],
): readonly Sight[] {
  const missing = required
    .filter((name) => (labels[name] ?? '').trim() === '')
    .map((name) => refuse(name, `The label ${name} is missing or empty.`));
  const fingerprint = labels[FINGERPRINT_LABEL]?.trim() ?? '';
  if (fingerprint === '' || /^[a-f0-9]{64}$/.test(fingerprint)) return missing;
  return [...missing, refuse(FINGERPRINT_LABEL, 'The fingerprint is not a hash of 64 digits.')];
}

function refuse(label: string, sentence: string): Sight {
  return { rule: 'label', severity: 'refuse', place: `config.Labels ${label}`, sentence };
}
