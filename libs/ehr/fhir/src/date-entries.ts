import { type DateRange, dateRange } from './date-range.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Before and after everything that has a date. */
export const BEGINNING = -8_640_000_000_000_000;
const END = 8_640_000_000_000_000;

/** The span of time that a value stands for; none where it stands for no time. */
export function datesIn(value: unknown, typeName: string): readonly DateRange[] {
  if (typeof value === 'string') {
    const range = dateRange(value);
    return range ? [range] : [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const own = value as JsonObject;
  if (typeName === 'Period') return period(own);
  if (typeName !== 'Timing') return [];
  const events = Array.isArray(own['event']) ? (own['event'] as unknown[]) : [];
  const found = events.flatMap((event) => datesIn(event, 'dateTime'));
  const repeat = (own['repeat'] ?? {}) as JsonObject;
  if (found.length === 0) return datesIn(repeat['boundsPeriod'], 'Period');
  return [
    { low: Math.min(...found.map(({ low }) => low)), high: Math.max(...found.map(({ high }) => high)) },
  ];
}

/** Open at either end, or at both. */
function period({ start, end }: JsonObject): readonly DateRange[] {
  const low = typeof start === 'string' ? dateRange(start)?.low : BEGINNING;
  const high = typeof end === 'string' ? dateRange(end)?.high : END;
  return low === undefined || high === undefined ? [] : [{ low, high }];
}
