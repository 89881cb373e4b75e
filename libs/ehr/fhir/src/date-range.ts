/** A span of time in milliseconds since 1970, UTC: from `low`, up to but not including `high`. */
export interface DateRange {
  readonly low: number;
  readonly high: number;
}

const FORM =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/u;

/**
 * The time a partial date stands for: `2020` is that whole year, `2020-02` that month. Without a zone it is
 * read as UTC. `undefined` for what is not a date or does not exist.
 */
export function dateRange(value: string): DateRange | undefined {
  const [, year, month, day, hour, minute, second, digits, zone] = FORM.exec(value) ?? [];
  if (!year || year === '0000') return undefined;
  // Finer than a millisecond is nothing here; a leap second is the last one of its minute.
  const fraction = digits?.slice(0, 3);
  const low = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second === '60' ? '59' : (second ?? '00')}.${(fraction ?? '').padEnd(3, '0')}${zone ?? 'Z'}`,
  );
  if (Number.isNaN(low) || !isDayOf(year, month ?? '01', day ?? '01')) return undefined;
  if (!month) return { low, high: addMonths(low, 12) };
  if (!day) return { low, high: addMonths(low, 1) };
  if (!hour) return { low, high: low + 86_400_000 };
  if (!second) return { low, high: low + 60_000 };
  return { low, high: low + (fraction ? 10 ** (3 - fraction.length) : 1000) };
}

/** Whether the month has the day: 30 February parses, as a day in March. */
export function isDayOf(year: string, month: string, day: string): boolean {
  const [m, d] = [Number(month), Number(day)];
  // The day before the first of the month that follows.
  return m >= 1 && m <= 12 && d >= 1 && (d <= 28 || d <= new Date(Date.UTC(Number(year), m, 0)).getUTCDate());
}

function addMonths(time: number, months: number): number {
  const date = new Date(time);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
}
