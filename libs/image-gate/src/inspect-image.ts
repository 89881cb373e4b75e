import { platformName, sharedTopLayers } from '@ehr/oci';
import type { Digest } from '@ehr/oci';
import type { GateFinding, Sight } from './gate-finding.ts';
import type { GateImage, GateLayer } from './gate-image.ts';
import type { GatePolicy } from './gate-policy.ts';
import { scanLayer } from './layers/scan-layer.ts';
import { checkLabels } from './rules/check-labels.ts';
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
  const ours = applicationLayers(image);
  const inLayers = await scanLayers(image, ours, secrets);
  const ofManifests = image.manifests.map(({ platform, config, annotations, layers }) => ({
    platform: platformName(platform),
    sights: [
      ...checkRuntime(config),
      ...checkLabels(config.config?.Labels ?? {}, policy.requiredLabels),
      ...checkVariables(config),
      ...searchStrings(config, secrets, ''),
      ...searchStrings(annotations ?? {}, secrets, 'annotations'),
      ...checkSizes(
        layers,
        layers.filter(({ digest }) => ours.has(digest)),
        policy.budget,
      ),
      ...layers.flatMap(({ digest }) => inLayers.get(digest) ?? []),
    ],
  }));
  const ofImage = [
    ...checkPlatforms(image.manifests, policy.platforms),
    ...searchStrings(image.annotations ?? {}, secrets, 'annotations'),
  ];
  return mergeSights([{ platform: '', sights: ofImage }, ...ofManifests], secrets);
}

/**
 * The layers we made: those on top that all platforms share. Where none is shared we cannot tell ours from
 * the base's, so all are taken for ours: rather a false alarm than a hole.
 */
function applicationLayers({ manifests }: GateImage): ReadonlySet<Digest> {
  const shared = sharedTopLayers(
    manifests.map(({ layers }) => ({
      layers: layers.map(({ digest, mediaType, size }) => ({ digest, mediaType, size })),
    })),
  );
  const all = manifests.flatMap(({ layers }) => layers.map(({ digest }) => digest));
  return new Set(shared.length > 0 ? shared : all);
}

async function scanLayers(
  { manifests }: GateImage,
  ours: ReadonlySet<Digest>,
  secrets: KnownSecretFinder,
): Promise<ReadonlyMap<Digest, readonly Sight[]>> {
  const layers = new Map<Digest, GateLayer>(
    manifests.flatMap((manifest) => manifest.layers.map((layer) => [layer.digest, layer] as const)),
  );
  // Somebody else's layer is read for known secrets alone; without any there is nothing to look for.
  const worthReading = [...layers.values()].filter(({ digest }) => ours.has(digest) || !secrets.isEmpty);
  return new Map(
    await Promise.all(
      worthReading.map(
        async (layer) => [layer.digest, await scanLayer(layer, secrets, ours.has(layer.digest))] as const,
      ),
    ),
  );
}
