/**
 * The age on a day, in the unit clinicians use: days below 4 weeks, weeks below 3 months, months below 2
 * years, then years. Only years when the birth date is partial. Empty when the birth is in the future.
 */
export function describeAge(birthDate: string, today: string): string {
  const [year = 0, month, day] = birthDate.split('-').map(Number);
  const [thisYear = 0, thisMonth = 1, thisDay = 1] = today.split('-').map(Number);
  const beforeBirthday = thisMonth < (month ?? 1) || (thisMonth === month && thisDay < (day ?? 1));
  const years = thisYear - year - (beforeBirthday ? 1 : 0);
  if (birthDate > today) return '';
  if (years >= 2 || month === undefined || day === undefined) return `${years} y`;
  const days = Math.round((Date.parse(today) - Date.parse(birthDate)) / 86_400_000);
  if (days < 28) return `${days} d`;
  const months = (thisYear - year) * 12 + thisMonth - month - (thisDay < day ? 1 : 0);
  return months < 3 ? `${Math.floor(days / 7)} w` : `${months} mo`;
}
