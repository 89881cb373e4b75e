import { platformName } from '@ehr/delivery-core';
import type { GateManifest } from '../gate-image.ts';
import type { Sight } from '../gate-finding.ts';

/** Exactly the expected platforms, each once, and no config that says another platform than the index does. */
export function checkPlatforms(
  manifests: readonly Pick<GateManifest, 'platform' | 'config'>[],
  expected: readonly string[],
): readonly Sight[] {
  const names = manifests.map(({ platform }) => platformName(platform));
  const missing = expected.filter((name) => !names.includes(name));
  const surplus = names.filter((name, index) => !expected.includes(name) || names.indexOf(name) !== index);
  const differing = manifests.filter(
    ({ platform, config }) =>
      config.os !== platform.os ||
      config.architecture !== platform.architecture ||
      (config.variant ?? '') !== (platform.variant ?? config.variant ?? ''),
  );
  return [
    ...missing.map((name) => `The image for ${name} is missing.`),
    ...surplus.map((name) => `There is an image for ${name} that nobody asked for, or twice.`),
    ...differing.map(
      ({ platform, config }) =>
        `The index says ${platformName(platform)}, the image's own config ${platformName(config)}.`,
    ),
  ].map((sentence) => ({ rule: 'platforms', severity: 'refuse', place: '', sentence }));
}
