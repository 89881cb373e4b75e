import { platformName } from '@ehr/delivery-core';
import type { Digest } from '@ehr/delivery-core';
import type { GateFinding, Sight } from './gate-finding.ts';
import type { GateImage, GateLayer } from './gate-image.ts';
import type { GatePolicy } from './gate-policy.ts';
import { ownershipOf } from './layers/ownership.ts';
import type { Ownership } from './layers/ownership.ts';
import { scanLayer } from './layers/scan-layer.ts';
import { checkLabels } from './rules/check-labels.ts';
import { checkMutableNames } from './rules/check-mutable-names.ts';
import { checkPlatforms } from './rules/check-platforms.ts';
import { checkRuntime } from './rules/check-runtime.ts';
import { checkSizes } from './rules/check-sizes.ts';
import { checkVariables } from './rules/check-variables.ts';
import { searchStrings } from './rules/search-strings.ts';
import { mergeSights } from './merge-sights.ts';
import { knownSecretFinder } from './secrets/known-secrets.ts';
import type { KnownSecretFinder } from './secrets/known-secrets.ts';

/**
 * Everything that speaks against pushing this image, refusals first; empty when nothing does. Reads each
 * layer at most once and in bounded memory. A layer that cannot be read throws `LAYOUT_INVALID`.
 */
export async function inspectImage(image: GateImage, policy: GatePolicy): Promise<readonly GateFinding[]> {
  const secrets = knownSecretFinder(policy.knownSecrets);
  const ownership = ownershipOf(image);
  const inLayers = await scanLayers(image, ownership, secrets);
  const ofManifests = image.manifests.map(({ platform, config, annotations, layers }) => ({
    platform: platformName(platform),
    sights: [
      ...checkRuntime(config),
      ...checkLabels(config.config?.Labels ?? {}, policy.requiredLabels),
      ...checkMutableNames(config.config?.Labels ?? {}, 'config.Labels'),
      ...checkMutableNames(annotations ?? {}, 'annotations'),
      ...checkVariables(config),
      ...searchStrings(config, secrets, ''),
      ...searchStrings(annotations ?? {}, secrets, 'annotations'),
      ...checkSizes(
        layers,
        layers.filter(({ digest }) => ownership.application.has(digest)),
        policy.budget,
      ),
      ...layers.flatMap(({ digest }) => inLayers.get(digest) ?? []),
    ],
  }));
  const ofImage = [
    ...checkPlatforms(image.manifests, policy.platforms),
    ...checkMutableNames(image.annotations ?? {}, 'annotations'),
    ...searchStrings(image.annotations ?? {}, secrets, 'annotations'),
  ];
  return mergeSights([{ platform: '', sights: ofImage }, ...ofManifests], secrets);
}

async function scanLayers(
  { manifests }: GateImage,
  { isOurs }: Ownership,
  secrets: KnownSecretFinder,
): Promise<ReadonlyMap<Digest, readonly Sight[]>> {
  const layers = new Map<Digest, GateLayer>(
    manifests.flatMap((manifest) => manifest.layers.map((layer) => [layer.digest, layer] as const)),
  );
  return new Map(
    await Promise.all(
      [...layers.values()].map(
        async (layer) => [layer.digest, await scanLayer(layer, secrets, isOurs)] as const,
      ),
    ),
  );
}
