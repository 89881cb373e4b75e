import type { DateRange } from './date-range.ts';

type Compare = (resource: DateRange, asked: DateRange) => boolean;

const within: Compare = (resource, asked) => asked.low <= resource.low && resource.high <= asked.high;

/**
 * What each comparison prefix asks of a resource's range, seen from the parameter's range
 * (http://hl7.org/fhir/R4/search.html#prefix). `ap` is asked of the range widened by `approximately`.
 */
export const datePrefixes = {
  eq: within,
  ne: (resource, asked) => !within(resource, asked),
  gt: (resource, asked) => resource.high > asked.high,
  lt: (resource, asked) => resource.low < asked.low,
  ge: (resource, asked) => resource.high > asked.high || within(resource, asked),
  le: (resource, asked) => resource.low < asked.low || within(resource, asked),
  sa: (resource, asked) => resource.low >= asked.high,
  eb: (resource, asked) => resource.high <= asked.low,
  ap: (resource, asked) => resource.low < asked.high && asked.low < resource.high,
} as const satisfies Record<string, Compare>;

/** A prefix of a date in a search (FHIR R4 § 3.1.1.4.5). */
export type DatePrefix = keyof typeof datePrefixes;

/** Whether a text is a prefix that FHIR knows. */
export function isDatePrefix(value: string): value is DatePrefix {
  return Object.hasOwn(datePrefixes, value);
}

/** A range wider by a tenth of how long ago it is, or is to come: what the specification recommends for `ap`. */
export function approximately({ low, high }: DateRange, now: number): DateRange {
  const margin = Math.round(Math.min(Math.abs(now - low), Math.abs(now - high)) / 10);
  return { low: low - margin, high: high + margin };
}
