const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2020-05-17` as `17 May 2020`: the month in letters, which no country reads the other way round. */
export function formatDate(date: string): string {
  const [year = '', month, day] = date.slice(0, 10).split('-');
  const name = month ? MONTHS[Number(month) - 1] : undefined;
  return [day ? String(Number(day)) : undefined, name, year].filter(Boolean).join(' ');
}
