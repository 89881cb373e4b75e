const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

/** Decimal units, as registries and Docker print them: `0 B`, `12.3 kB`, `127 MB`. */
export function formatBytes(bytes: number): string {
  const unit = Math.min(bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** unit;
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit] ?? 'GB'}`;
}

/** RFC 3339 as people read it in a table: `2026-11-23 16:20:44Z`. */
export function formatTime(at: string): string {
  return at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}

/** `0.4 s`, `12 s`, `3 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
