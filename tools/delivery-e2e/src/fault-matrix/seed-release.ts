import type { Registry } from '@ehr/delivery-core';
import { readImageLayout } from '@ehr/delivery-registry';
import type { TestImage } from './images.ts';

/** As if the image had been deployed to staging before. */
export async function seedRelease(
  registry: Registry,
  image: TestImage,
  version = 'unversioned',
): Promise<void> {
  await registry.push(await readImageLayout(image.layout), () => undefined);
  const { digest, fingerprint, revision } = image;
  for (const tag of [`fingerprint-${fingerprint}`, `staging-${revision.slice(0, 7)}`, 'staging']) {
    await registry.tag(digest, tag);
  }
  const facts = { service: 'ehr-api', environment: 'staging', digest, fingerprint, revision, version };
  const at = new Date().toISOString();
  await registry.journal.append([{ ...facts, kind: 'released', run: '0123456789ab', at, reason: 'deploy' }]);
}
