import type { Digest } from './image/digest.ts';

/** Whose images count. Journal entries that do not count are never read: their documents verify them. */
export interface Trust {
  /** Why the image does not count; null when it does. */
  doubt(digest: Digest): Promise<string | null>;
  /**
   * Before anything is written.
   * @throws SIGNING_UNAVAILABLE where what counts must be signed and this run cannot sign
   */
  ready(): Promise<void>;
}

/** Whoever may push decides what counts: nobody named a key. */
export const trustAnybody: Trust = { doubt: async () => null, ready: async () => undefined };
