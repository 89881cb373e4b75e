import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Resolves when `condition` is true; checks it every 100 ms.
 *
 * @throws Error with the text of `message` after `timeoutMs`, and whatever `condition` throws
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, message }: { readonly timeoutMs: number; readonly message: () => string },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(message());
    await sleep(100);
  }
}
