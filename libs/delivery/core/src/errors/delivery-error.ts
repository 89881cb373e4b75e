import type { Verdict } from './verdict.ts';

/**
 * What an error says about what runs · `none`: nothing changed · `unknown`: whether it changed is not known, the
 * service itself is asked · `stopped`: nothing runs that could be asked, by no fault of the image · `image-fault`: the
 * new image itself failed.
 */
export type Effect = 'none' | 'unknown' | 'stopped' | 'image-fault';

/** What a catalogue knows of an error. */
export interface ErrorEntry {
  /** What it means, for the document of all errors. */
  readonly message: string;
  /** What to do about it, unless the error at hand knows better. */
  readonly hint: string;
  /** Default `unknown`. */
  readonly effect?: Effect;
  /** How a rollout ends that failed with it; default `platform-failed`. */
  readonly verdict?: Verdict;
  /** The platform itself reported the end: nothing changes by itself any more, so nobody waits long. */
  readonly final?: true;
}

/** Code → what there is to know about it. Each package has one; the tool merges them for docs/ERRORS.md. */
export type ErrorCatalog = Readonly<Record<string, ErrorEntry>>;

/** What the error at hand knows better than its catalogue. */
export interface ErrorDetails {
  readonly hint?: string;
  readonly cause?: unknown;
}

/**
 * A failure with a code for machines, a message for people and a hint what to do.
 * The message never holds a secret or a URL with a query; `cause` keeps what happened underneath.
 */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: string;
  readonly hint: string;
  readonly effect: Effect;
  readonly verdict: Verdict;
  readonly final: boolean;

  constructor(code: string, message: string, entry: Omit<ErrorEntry, 'message'> & ErrorDetails) {
    super(message, 'cause' in entry ? { cause: entry.cause } : undefined);
    this.code = code;
    this.hint = entry.hint;
    this.effect = entry.effect ?? 'unknown';
    this.verdict = entry.verdict ?? 'platform-failed';
    this.final = entry.final ?? false;
  }

  /** The same failure in other words: code, effect and verdict stay. */
  reworded(message: string, details: ErrorDetails = {}): DeliveryError {
    const { code, hint, effect, verdict, final } = this;
    return new DeliveryError(code, message, {
      hint,
      effect,
      verdict,
      ...(final && { final }),
      ...details,
    });
  }
}

/** The maker of a catalogue's errors: a code that is not in it is a compile error. */
export function errorsOf<C extends ErrorCatalog>(
  catalog: C,
): (code: keyof C & string, message: string, details?: ErrorDetails) => DeliveryError {
  return (code, message, details = {}) =>
    new DeliveryError(code, message, { ...(catalog[code] as ErrorEntry), ...details });
}

/** Whether it is a failure with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): error is DeliveryError {
  return error instanceof DeliveryError && codes.includes(error.code);
}

/** One line about anything that was thrown, its causes included: `fetch failed: connect ECONNREFUSED …`. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.message || error.name;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? own : `${own}: ${reasonOf(inner)}`;
}

/** The verdict on a command that threw instead of ending: it refused before it changed anything, or is broken. */
export function verdictOfThrown(error: unknown): Verdict {
  return error instanceof DeliveryError ? 'refused' : 'defect';
}

/** What there is to show of anything that was thrown. */
export interface DescribedError {
  /** `UNEXPECTED` for anything that is no DeliveryError. */
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** Any thrown value as code, message and hint. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof DeliveryError) {
    const reason = error.cause === undefined ? '' : reasonOf(error.cause);
    // Some messages say it themselves.
    const cause = error.message.includes(reason) ? '' : ` (${reason})`;
    return { code: error.code, message: `${error.message}${cause}`, hint: error.hint };
  }
  return {
    code: 'UNEXPECTED',
    message: reasonOf(error),
    hint: 'This is a defect of the tool; please report it.',
  };
}
