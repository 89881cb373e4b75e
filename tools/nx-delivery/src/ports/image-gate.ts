import { createReadStream } from 'node:fs';
import { type Gate, Secret } from '@ehr/delivery-core';
import {
  defaultGatePolicy,
  inspectImage,
  type KnownSecret,
  type LayerMemory,
  renderFindings,
} from '@ehr/delivery-gate';
import { openLayout } from '@ehr/delivery-registry';
import { readAccepted } from './read-accepted.ts';

/** The `Gate` port: our policy, over the image as it lies in its layout. */
export function createImageGate(
  platforms: readonly string[],
  secrets: Readonly<Record<string, string>>,
  memory: LayerMemory,
  projectRoot: string,
): Gate {
  return {
    inspect: async ({ directory }) => {
      const accepted = await readAccepted(projectRoot);
      const { manifests, pathOf } = await openLayout(directory);
      const image = {
        manifests: manifests.map(({ platform, config, manifest }) => ({
          platform: platform ?? config,
          config,
          layers: manifest.layers.map((layer) => ({
            ...layer,
            open: () => createReadStream(pathOf(layer.digest)),
          })),
        })),
      };
      const findings = await inspectImage(image, {
        ...defaultGatePolicy,
        platforms,
        knownSecrets: knownSecrets(secrets),
        memory,
        accepted,
      });
      const count = (wanted: string) => findings.filter(({ severity }) => severity === wanted).length;
      return {
        refusals: count('refuse'),
        warnings: count('warn'),
        accepted: count('accepted'),
        message: renderFindings(findings),
      };
    },
  };
}

/** The secrets of this very run, which could leak into what it builds. */
function knownSecrets(secrets: Readonly<Record<string, string>>): KnownSecret[] {
  return Object.entries(secrets)
    .filter(([, value]) => value.length >= 8)
    .map(([name, value]) => ({ name, value: new Secret(value) }));
}
