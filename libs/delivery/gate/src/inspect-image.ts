import { type Digest, platformName, sharedTopLayers } from '@ehr/delivery-core';
import { acceptFindings } from './accept-findings.ts';
import type { Finding, GateFinding, GateImage, GatePolicy } from './gate-model.ts';
import { scanLayer } from './layers/scan-layer.ts';
import {
  checkLabels,
  checkMutableNames,
  checkPlatforms,
  checkRuntime,
  checkSizes,
  checkVariables,
} from './rules/check-image.ts';
import {
  type KnownSecretFinder,
  knownSecretFinder,
  printable,
  redactKeys,
  searchStrings,
} from './secrets/search-secrets.ts';

/**
 * Everything in this image that breaks the policy, refusals first; empty when nothing does. Reads each layer once, in
 * bounded memory, or not at all where the policy's memory knows it as clean.
 * @throws LAYOUT_INVALID when a layer cannot be read to its end
 */
export async function inspectImage(image: GateImage, policy: GatePolicy): Promise<readonly GateFinding[]> {
  const secrets = knownSecretFinder(policy.knownSecrets);
  const { application, directories, isOurs } = ownershipOf(image);
  const layersByDigest = new Map(
    image.manifests.flatMap(({ layers }) => layers.map((layer) => [layer.digest, layer] as const)),
  );
  const inLayers = new Map(
    await Promise.all(
      [...layersByDigest].map(async ([digest, layer]) => {
        const look = () => scanLayer(layer, secrets, isOurs);
        // What is ours in it is all that the rules know of a layer besides its content.
        const ours = [application.has(digest), ...directories].join(' ');
        return [digest, await unlessClean(`${digest} ${ours}`, policy, look)] as const;
      }),
    ),
  );
  const ofManifests = image.manifests.map(({ platform, config, annotations, layers }) => ({
    platform: platformName(platform),
    findings: [
      ...checkRuntime(config),
      ...checkLabels(config.config?.Labels ?? {}, policy.requiredLabels),
      ...checkMutableNames(config.config?.Labels ?? {}, 'config.Labels'),
      ...checkMutableNames(annotations ?? {}, 'annotations'),
      ...checkVariables(config),
      ...searchStrings(config, secrets, ''),
      ...searchStrings(annotations ?? {}, secrets, 'annotations'),
      ...checkSizes(
        layers,
        layers.filter(({ digest }) => application.has(digest)),
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
  const all = merge([{ platform: '', findings: ofImage }, ...ofManifests], secrets);
  return acceptFindings(all, policy.accepted ?? []);
}

async function unlessClean(
  key: string,
  { knownSecrets, memory }: GatePolicy,
  look: () => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  if (memory === undefined || knownSecrets.length > 0) return look();
  if (await memory.isClean(key)) return [];
  const found = await look();
  if (found.length === 0) await memory.rememberClean(key);
  return found;
}

/**
 * `application`: the layers we made, those on top that all platforms share. `isOurs`: whether we put this file there,
 * so that the rules about names and key formats hold for it. Nothing in a layer shows whose it is, so in doubt it is
 * ours, rather a false alarm than a hole: where no layer is shared all are, and so is the working directory of any
 * layer, where a base has nothing (a `RUN npm ci` makes layers that differ by platform, as the base's do).
 */
function ownershipOf({ manifests }: GateImage) {
  const shared = sharedTopLayers(manifests);
  const all = manifests.flatMap(({ layers }) => layers.map(({ digest }) => digest));
  const application = new Set(shared.length > 0 ? shared : all);
  const directories = manifests
    .map(({ config }) => (config.config?.WorkingDir ?? '').replace(/^\/+|\/+$/g, ''))
    .filter((directory) => directory !== '');
  return {
    application,
    directories,
    isOurs: (layer: Digest, path: string) =>
      application.has(layer) || directories.some((directory) => path.startsWith(`${directory}/`)),
  };
}

/** One finding for what was found on several platforms; refusals first, otherwise in the order they were found. */
function merge(
  found: readonly { readonly platform: string; readonly findings: readonly Finding[] }[],
  secrets: KnownSecretFinder,
): readonly GateFinding[] {
  // Names of files, variables and labels come from the image and may be a secret themselves.
  const clean = (text: string) => printable(redactKeys(secrets.redact(text)));
  const merged = new Map<string, { finding: Finding; platforms: Set<string> }>();
  for (const { platform, findings } of found) {
    for (const finding of findings) {
      const key = JSON.stringify([finding.rule, finding.place, finding.message]);
      const known = merged.get(key) ?? { finding, platforms: new Set() };
      merged.set(key, { finding, platforms: known.platforms.add(platform) });
    }
  }
  const findings = [...merged.values()].map(({ finding: { place, message, ...finding }, platforms }) => ({
    ...finding,
    where: clean([[...platforms].filter(Boolean).join(', '), place].filter(Boolean).join(' ')) || 'image',
    message: clean(message),
  }));
  return findings.sort((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'));
}
