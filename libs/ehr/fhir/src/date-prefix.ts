import type { DateRange } from './date-range.ts';

type Compare = (resource: DateRange, asked: DateRange) => boolean;

const within: Compare = (resource, asked) => asked.low <= resource.low && resource.high <= asked.high;

/**
 * What each comparison prefix asks of a resource's range, seen from the parameter's range
 * (http://hl7.org/fhir/R4/search.html#prefix). `ap` is left out: its meaning is each server's own.
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
} as const satisfies Record<string, Compare>;

/** A prefix of a date in a search (FHIR R4 § 3.1.1.4.5). */
export type DatePrefix = keyof typeof datePrefixes;

/** Whether a text is a prefix that FHIR knows. */
export function isDatePrefix(value: string): value is DatePrefix {
  return Object.hasOwn(datePrefixes, value);
}
