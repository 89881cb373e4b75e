import { errorCatalog } from './catalog.ts';
import type { DeliveryErrorCode } from './catalog.ts';

/**
 * A failure with a code for machines, a sentence for people and a hint what to do.
 * The message never holds a secret or a URL with a query; `cause` keeps what happened underneath.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: DeliveryErrorCode;
  readonly hint: string;

  constructor(code: DeliveryErrorCode, message: string, details: { hint?: string; cause?: unknown } = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.hint = details.hint ?? errorCatalog[code].hint;
  }
}

/** Whether it is a failure with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly DeliveryErrorCode[]): error is DeliveryError {
  return error instanceof DeliveryError && codes.includes(error.code);
}

/** One sentence about anything that was thrown, its causes included: `fetch failed: connect ECONNREFUSED …`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || error.name;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? own : `${own}: ${reasonOf(inner)}`;
}
