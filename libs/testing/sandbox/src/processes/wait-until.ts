import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Polls until `probe` answers something other than false, and returns that. After `timeoutMs` it
 * rejects with what `lastSeen` says, so that the message carries the reason and not only "timeout".
 */
export async function waitUntil<T>(
  probe: () => Promise<T | false> | T | false,
  options: { readonly timeoutMs: number; readonly lastSeen: () => string },
): Promise<T> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(options.lastSeen());
    await sleep(100);
  }
}
