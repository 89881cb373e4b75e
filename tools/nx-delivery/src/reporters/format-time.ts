/** RFC 3339 as people read it in a table: `2026-11-23 16:20:44Z`. */
export function formatTime(at: string): string {
  return at.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
}
