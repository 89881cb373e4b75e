import { type ErrorCatalog, errorsOf, type Target } from '../src/index.ts';

/** A third platform, that the core has never heard of: its own errors, and a target that replays how it once went. */
const recordedErrors = {
  RECORDED_FAILED: { message: 'The platform failed.', hint: 'Read its log.', final: true },
  RECORDED_LOST: { message: 'The platform lost sight of it.', hint: 'Look at what answers.' },
  RECORDED_THROTTLED: {
    message: 'The platform answers no more.',
    hint: 'Wait.',
    verdict: 'platform-throttled',
  },
  RECORDED_BUSY: { message: 'The platform did not begin.', hint: 'Try again.', effect: 'none' },
  RECORDED_STOPPED: { message: 'The platform could not start it.', hint: 'Read its log.', effect: 'stopped' },
  RECORDED_CRASH: {
    message: 'The new image crashed.',
    hint: 'Read its log.',
    effect: 'image-fault',
    verdict: 'crash-looping',
  },
} as const satisfies ErrorCatalog;

/** Makes an error of the recorded platform. */
export const recordedError = errorsOf(recordedErrors);

/** A code of the recorded platform. */
export type RecordedCode = keyof typeof recordedErrors;

/** What the recording says of the first rollout: the verb that failed and how; a later rollout goes well. */
export interface Recording {
  readonly verb: 'trigger' | 'settle';
  readonly code: RecordedCode;
}

/** The `Target` port over a recording: as `target`, but for the one verb that failed when it was recorded. */
export function recordedTarget(target: Target, { verb, code }: Recording): Target {
  let played = false;
  return {
    ...target,
    [verb]: async (argument: never) => {
      if (played) return target[verb](argument);
      played = true;
      throw recordedError(code, 'The platform complains.');
    },
  };
}
