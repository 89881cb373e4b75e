import { FINGERPRINT_LABEL } from '@ehr/delivery-core';
import type { KnownSecret } from './secrets/known-secrets.ts';

/** What an image must be to pass. */
export interface GatePolicy {
  /** Values that must be nowhere in the image, such as the credentials this very run works with. */
  readonly knownSecrets: readonly KnownSecret[];
  /** `linux/amd64`, …: these and no others. */
  readonly platforms: readonly string[];
  readonly requiredLabels: readonly string[];
  readonly budget: SizeBudget;
}

/** In bytes as stored and sent, for one platform. */
export interface SizeBudget {
  readonly applicationBytes: number;
  readonly imageBytes: number;
}

/** The policy for our services; the budgets are about three times what the larger one needs today. */
export const defaultGatePolicy: GatePolicy = {
  knownSecrets: [],
  platforms: ['linux/amd64', 'linux/arm64'],
  requiredLabels: [
    'org.opencontainers.image.title',
    'org.opencontainers.image.description',
    'org.opencontainers.image.licenses',
    'org.opencontainers.image.vendor',
    FINGERPRINT_LABEL,
  ],
  budget: { applicationBytes: 20_000_000, imageBytes: 180_000_000 },
};
