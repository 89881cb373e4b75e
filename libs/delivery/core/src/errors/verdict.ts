/**
 * How a rollout ended, in one word, with an exit status of its own: a red pipeline should say at once whether
 * patients' records are being served, and by what. Exit 0: the new image runs, and it says so itself.
 * docs/ERRORS.md is this table for readers; a test keeps the two equal.
 */
export const verdictCatalog = {
  verified: { exit: 0, message: 'The service itself says it is the new image.' },
  'verified-with-warnings': {
    exit: 0,
    message: 'The service itself says it is the new image, and that something is not as it should be.',
  },
  'verified-platform-failed': {
    exit: 0,
    message:
      'The platform reported a failure, or its state could not be read; the service itself is verified to run the new image.',
  },
  'verified-platform-throttled': {
    exit: 0,
    message: 'The platform refused further requests; the service itself is verified to run the new image.',
  },
  superseded: {
    exit: 0,
    message:
      'What runs, or was rolled out meanwhile, is newer: the environment was left alone, and the image is in the registry if a release was asked for.',
  },
  published: { exit: 0, message: 'A prerelease: its image is in the registry and was rolled out nowhere.' },
  defect: { exit: 1, message: 'The tool itself failed in a way it does not know.' },
  refused: { exit: 2, message: 'Refused before anything was rolled out; what ran before runs untouched.' },
  'still-old': { exit: 10, message: 'The previous version still answers: the platform never changed it.' },
  'silently-rolled-back': {
    exit: 11,
    message: 'The new version answered, then the platform put the previous one back by itself.',
  },
  'crash-looping': { exit: 12, message: 'The new containers crash as they start.' },
  unhealthy: { exit: 13, message: 'The new image runs, and says itself that it is not well.' },
  'wrong-image': { exit: 14, message: 'What answers is neither the new image nor the previous one.' },
  unreachable: { exit: 15, message: 'Nothing that knows who it is answers on the service’s public address.' },
  'platform-failed': { exit: 16, message: 'The platform could not roll it out, and the service agrees.' },
  'platform-throttled': {
    exit: 17,
    message: 'The platform refused further requests, and the service does not run the new image.',
  },
  unrecorded: {
    exit: 18,
    message: 'The new image runs and is verified, but the registry did not take the record of it.',
  },
  'target-changed': {
    exit: 19,
    message: 'Somebody else changed what the environment runs meanwhile; what they did was left alone.',
  },
  'undo-failed': {
    exit: 30,
    message: 'The rollout failed and the previous version could not be put back: the service may be down.',
  },
} as const satisfies Record<string, { exit: number; message: string }>;

/** A verdict's word, as `--json` prints it. */
export type Verdict = keyof typeof verdictCatalog;

/** The exit status of a verdict: 0 only where the new image is known to run, or nothing was to be rolled out. */
export function exitStatus(verdict: Verdict): number {
  return verdictCatalog[verdict].exit;
}
