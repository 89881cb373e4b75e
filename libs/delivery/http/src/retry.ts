import { setTimeout as wait } from 'node:timers/promises';
import isNetworkError from 'is-network-error';
import pRetry from 'p-retry';

/** When to retry, how long to wait before it, and when to end. */
export interface RetryOptions {
  /** How many retries after the first attempt; default no limit. */
  readonly retries?: number;
  /** Milliseconds by `now`: no wait ends after it. Default no limit. */
  readonly deadline?: number;
  /** Milliseconds before the first retry; each further wait is twice as long. A longer Retry-After replaces it. */
  readonly firstWaitMs: number;
  /** Milliseconds; default no limit. */
  readonly longestWaitMs?: number;
  /** False when the server may act twice on a request that it got twice; default true. */
  readonly repeatable?: boolean;
  /** A test replaces both by virtual time. */
  readonly now?: () => number;
  readonly sleep?: (milliseconds: number) => Promise<unknown>;
}

/** Runs `attempt` (its number counts from 1) until it succeeds; throws its last error as it is. */
export function retry<T>(attempt: (number: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { retries = Infinity, deadline = Infinity, firstWaitMs, longestWaitMs = Infinity } = options;
  const { now = Date.now, sleep = wait } = options;
  return pRetry(attempt, {
    retries,
    // p-retry does not wait at all: `sleep` does, which a test replaces.
    minTimeout: 0,
    onFailedAttempt: async ({ error, retriesConsumed, retriesLeft }) => {
      const backoff = Math.min(firstWaitMs * 2 ** retriesConsumed, longestWaitMs);
      const pause = Math.max(backoff, (error instanceof HttpError && error.retryAfterMs) || 0);
      const again = isTransient(error, options.repeatable) && retriesLeft > 0 && now() + pause <= deadline;
      if (!again) throw error;
      await sleep(pause);
    },
  });
}

/**
 * What an answer without success means for a second attempt · `refused`: it would be refused again · `throttled`: the
 * server did nothing and wants us to wait · `unavailable`: whether the server did something is not known.
 */
type HttpFailure = 'refused' | 'throttled' | 'unavailable';

/** An HTTP answer without success. Its message never holds the address: a path may be a secret. */
export class HttpError extends Error {
  override readonly name: string = 'HttpError';
  readonly status: number;
  readonly failure: HttpFailure;
  /** The server's Retry-After in milliseconds, at most a minute: a longer wait is a failure to report. */
  readonly retryAfterMs: number | undefined;

  /** `failure` is for a server that uses a status in its own way. */
  constructor(
    message: string,
    { status, headers }: Pick<Response, 'status' | 'headers'>,
    failure?: HttpFailure,
  ) {
    super(message);
    this.status = status;
    this.failure = failure ?? failureOf(status);
    this.retryAfterMs = readRetryAfter(headers.get('retry-after'));
  }
}

/**
 * The one rule for "try again": the server throttles or is unavailable, or nobody answered. What may be done only once
 * (not `repeatable`) is tried again only when the server has certainly not seen it.
 */
export function isTransient(error: unknown, repeatable = true): boolean {
  if (error instanceof HttpError) {
    return error.failure === 'throttled' || (error.failure === 'unavailable' && repeatable);
  }
  if (!(error instanceof Error)) return false;
  const silent = error.name === 'TimeoutError' || isNetworkError(error);
  return silent && (repeatable || nobodyListened(error.cause));
}

function failureOf(status: number): HttpFailure {
  if (status === 429) return 'throttled';
  return status === 408 || status >= 500 ? 'unavailable' : 'refused';
}

/** Seconds or an HTTP date (RFC 9110 § 10.2.3), as milliseconds. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 60) * 1000 : undefined;
}

function nobodyListened(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}
