import type { Found } from './definitions.ts';
import { type Prefix, prefixed } from './range-matching.ts';
import type { Matcher } from './text-matching.ts';

/** Milliseconds since 1970, from `begin` up to and without `end`; infinite where a period is open. */
export interface Time {
  readonly begin: number;
  readonly end: number;
}

/** All the time that a date stands for, as finely as it is written; UTC where it names no zone. */
function timeOf(text: string): Time | undefined {
  const parts =
    /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(?:Z|([+-])(\d\d):(\d\d))?)?)?)?$/u.exec(
      text,
    );
  if (parts === null) return undefined;
  const [year = 0, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => part && Number(part)) as (number | undefined)[]; // prettier-ignore
  const [fraction, sign, hours = '0', minutes = '0'] = parts.slice(7);
  const at = (y: number, m: number, d: number) => Date.UTC(y, m - 1, d);
  if (month === undefined) return { begin: at(year, 1, 1), end: at(year + 1, 1, 1) };
  if (month < 1 || month > 12) return undefined;
  if (day === undefined) return { begin: at(year, month, 1), end: at(year, month + 1, 1) };
  const midnight = at(year, month, day);
  if (new Date(midnight).getUTCDate() !== day) return undefined;
  if (hour === undefined || minute === undefined) return { begin: midnight, end: at(year, month, day + 1) };
  if (hour > 23 || minute > 59 || (second ?? 0) > 59) return undefined;
  const zone = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  const whole = midnight + (hour * 60 + minute) * 60_000 + (second ?? 0) * 1000 - zone;
  if (second === undefined) return { begin: whole, end: whole + 60_000 };
  if (fraction === undefined) return { begin: whole, end: whole + 1000 };
  const digits = fraction.slice(1, 4);
  const step = 10 ** (3 - digits.length);
  return { begin: whole + Number(digits) * step, end: whole + (Number(digits) + 1) * step };
}

/** When something found in a resource was; of a timing all between its first and its last event. */
export function storedTime({ value, type }: Found): Time | undefined {
  if (typeof value === 'string') return timeOf(value);
  const { start, end, event, repeat } = (value ?? {}) as { start?: string; end?: string; event?: string[]; repeat?: { boundsPeriod?: object } }; // prettier-ignore
  if (type === 'Period') {
    const [first, last] = [start, end].map((text) => (text === undefined ? undefined : timeOf(text)));
    return { begin: first?.begin ?? -Infinity, end: last?.end ?? Infinity };
  }
  if (type !== 'Timing') return undefined;
  const events = (event ?? []).flatMap((one) => timeOf(one) ?? []);
  if (events.length > 0)
    return {
      begin: Math.min(...events.map(({ begin }) => begin)),
      end: Math.max(...events.map((one) => one.end)),
    };
  return repeat?.boundsPeriod && storedTime({ value: repeat.boundsPeriod, type: 'Period' });
}

/**
 * Times are compared as ranges (http://hl7.org/fhir/R4/search.html#prefix): equal is what lies within, greater what reaches beyond the end, less what begins
 * before; `sa` and `eb` are wholly after and before. `ap` reaches further by a tenth of how far away it is from now.
 */
export function dateMatcher(text: string, now: number): Matcher | undefined {
  const [prefix, rest] = prefixed(text);
  const asked = timeOf(rest);
  if (asked === undefined) return undefined;
  return (found) => {
    const stored = storedTime(found);
    return stored !== undefined && isMet(prefix, stored, asked, now);
  };
}

function isMet(prefix: Prefix, stored: Time, asked: Time, now: number): boolean {
  const isEqual = stored.begin >= asked.begin && stored.end <= asked.end;
  const [isGreater, isLess] = [stored.end > asked.end, stored.begin < asked.begin];
  const margin = Math.min(Math.abs(now - asked.begin), Math.abs(now - asked.end)) / 10;
  return {
    eq: isEqual,
    ne: !isEqual,
    gt: isGreater,
    lt: isLess,
    ge: isGreater || isEqual,
    le: isLess || isEqual,
    sa: stored.begin >= asked.end,
    eb: stored.end <= asked.begin,
    ap: stored.begin < asked.end + margin && stored.end > asked.begin - margin,
  }[prefix];
}
