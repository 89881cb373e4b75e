import type { DeliveryErrorCode } from './catalog.ts';

/**
 * How a rollout ended, in one word, with an exit status of its own: a red pipeline should say at once whether
 * patients' records are being served, and by what. Exit 0: the new image runs, and it says so itself.
 * docs/ERRORS.md is this table for readers; a test keeps the two equal.
 */
export const verdictCatalog = {
  verified: { exit: 0, meaning: 'The service itself says it is the new image.' },
  'verified-platform-failed': {
    exit: 0,
    meaning:
      'The platform reported a failure or lost sight of it, but the service verifies the new image runs.',
  },
  'verified-platform-throttled': {
    exit: 0,
    meaning: 'Dokploy stopped answering the API key, but the service verifies the new image runs.',
  },
  published: { exit: 0, meaning: 'A prerelease: its image is in the registry and was rolled out nowhere.' },
  defect: { exit: 1, meaning: 'The tool itself failed in a way it does not know.' },
  refused: { exit: 2, meaning: 'Refused before anything was rolled out; what ran before runs untouched.' },
  'still-old': { exit: 10, meaning: 'The previous version still answers: the platform never changed it.' },
  'silently-rolled-back': {
    exit: 11,
    meaning: 'The new version answered for a moment, then the platform put the previous one back.',
  },
  'crash-looping': { exit: 12, meaning: 'The new containers crash as they start.' },
  unhealthy: { exit: 13, meaning: 'The new image runs, and says itself that it is not well.' },
  'wrong-image': { exit: 14, meaning: 'What answers is neither the new image nor the previous one.' },
  unreachable: { exit: 15, meaning: 'Nothing that knows who it is answers on the service’s public address.' },
  'platform-failed': { exit: 16, meaning: 'The platform could not roll it out, and the service agrees.' },
  'platform-throttled': {
    exit: 17,
    meaning: 'Dokploy stopped answering the API key, and the service does not run the new image.',
  },
  unrecorded: {
    exit: 18,
    meaning: 'The new image runs and is verified, but the registry did not take the record of it.',
  },
  'undo-failed': {
    exit: 30,
    meaning: 'The rollout failed and the previous version could not be put back: the service may be down.',
  },
} as const satisfies Record<string, { exit: number; meaning: string }>;

export type Verdict = keyof typeof verdictCatalog;

const BY_CODE: Partial<Record<DeliveryErrorCode | 'UNEXPECTED', Verdict>> = {
  SERVICE_STILL_OLD: 'still-old',
  SERVICE_ROLLED_BACK: 'silently-rolled-back',
  SERVICE_CRASHES: 'crash-looping',
  SERVICE_UNHEALTHY: 'unhealthy',
  SERVICE_WRONG_IMAGE: 'wrong-image',
  SERVICE_UNREACHABLE: 'unreachable',
  DOKPLOY_THROTTLED: 'platform-throttled',
  UNDO_FAILED: 'undo-failed',
  UNEXPECTED: 'defect',
};

/** The verdict on a rollout that failed with `code` after it had been triggered. */
export function verdictOnFailure(code: DeliveryErrorCode | 'UNEXPECTED'): Verdict {
  return BY_CODE[code] ?? 'platform-failed';
}
