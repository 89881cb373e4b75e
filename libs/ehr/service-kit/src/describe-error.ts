import { StartError } from './start-error.ts';

/** An error as it may be logged: without values that could be patient data. */
export interface ErrorDescription {
  readonly type: string;
  readonly code?: string;
  /** Where it happened; never what it said. */
  readonly frames: readonly string[];
  readonly message?: string;
  readonly cause?: ErrorDescription;
}

/**
 * An error as it may be logged. Messages stay out, except our own StartError's: a PostgreSQL error names the
 * row's values, `JSON.parse` quotes its input, an HTTP client names the URL with its query; all patient data.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error, frames: [] };
  const { code } = error as { code?: unknown };
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' && /^[A-Z0-9_]{1,60}$/u.test(code) ? { code } : {}),
    ...(error instanceof StartError ? { message: error.message } : {}),
    frames: framesOf(error),
    ...(error.cause !== undefined && depth < 5 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

/** The lines of a stack are `Name: message`, perhaps several lines of message, then the frames. */
function framesOf(error: Error): string[] {
  const text = error.stack ?? '';
  const head = text.indexOf(error.message);
  const afterMessage = head === -1 ? text : text.slice(head + error.message.length);
  return afterMessage
    .split('\n')
    .filter((line) => /^ {4}at \S.*:\d+:\d+\)?$/u.test(line))
    .slice(0, 12)
    .map((line) => line.trim().slice(3));
}
