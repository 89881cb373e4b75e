/** Somebody watches the run: after this time without an answer it says what it waits for; milliseconds. */
const SILENCE_MS = 8_000;

/** Runs a request, and tells once when it stays without an answer although its own time-out is far. */
export async function tellSilence<T>(
  requestTimeoutMs: number,
  tell: () => void,
  request: () => Promise<T>,
): Promise<T> {
  const timer = setTimeout(tell, Math.min(SILENCE_MS, requestTimeoutMs / 3));
  try {
    return await request();
  } finally {
    clearTimeout(timer);
  }
}
