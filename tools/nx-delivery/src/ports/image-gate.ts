import { createReadStream } from 'node:fs';
import { type Gate, isSecretName, Secret } from '@ehr/delivery-core';
import {
  defaultGatePolicy,
  inspectImage,
  type KnownSecret,
  type LayerMemory,
  renderFindings,
} from '@ehr/delivery-gate';
import { openLayout } from '@ehr/delivery-registry';
import type { ProcessEnv } from '../process-env.ts';

/** The `Gate` port: our policy, over the image as it lies in its layout. */
export function createImageGate(
  platforms: readonly string[],
  processEnv: ProcessEnv,
  memory: LayerMemory,
): Gate {
  return {
    inspect: async ({ directory }) => {
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
        knownSecrets: knownSecrets(processEnv),
        memory,
      });
      const refusals = findings.filter(({ severity }) => severity === 'refuse').length;
      return { refusals, warnings: findings.length - refusals, message: renderFindings(findings) };
    },
  };
}

/** Values this very process could leak: what its environment calls a token, a password, a secret, a key or a webhook. */
function knownSecrets(processEnv: ProcessEnv): KnownSecret[] {
  return Object.entries(processEnv)
    .filter(([name]) => isSecretName(name))
    .filter((entry): entry is [string, string] => (entry[1] ?? '').length >= 8)
    .map(([name, value]) => ({ name, value: new Secret(value) }));
}
