/** Time, so that decisions can be tested in virtual time. */
export interface Clock {
  now(): Date;
  /** Milliseconds since some moment of this process; never jumps, whatever happens to the time of day. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Does something again and again until the returned function is called; keeps no process alive. */
  every(milliseconds: number, action: () => void): () => void;
}

/** When to stop waiting. */
export interface Patience {
  /** A time of the clock, in milliseconds since 1970. */
  readonly deadline: number;
  /** Between two attempts; milliseconds. */
  readonly everyMs: number;
}

/**
 * Attempts until there is an answer. Undefined when the deadline would pass before the next attempt: what was last
 * seen is the caller's to tell.
 */
export async function waitUntil<T>(
  clock: Clock,
  { deadline, everyMs }: Patience,
  attempt: () => Promise<T | undefined>,
): Promise<T | undefined> {
  for (;;) {
    const answer = await attempt();
    if (answer !== undefined) return answer;
    if (clock.now().getTime() + everyMs > deadline) return undefined;
    await clock.sleep(everyMs);
  }
}
