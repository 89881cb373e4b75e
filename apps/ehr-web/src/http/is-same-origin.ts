/**
 * Whether a form post comes from a page of this service (the defence against cross-site request forgery).
 * Browsers say so in Sec-Fetch-Site; on plain http to a name other than localhost they leave it out, and the
 * Origin must then name the host that was called. A post with neither is refused: no browser sends that.
 */
export function isSameOrigin(headers: Headers): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  const host = headers.get('x-forwarded-host') ?? headers.get('host');
  return origin !== null && URL.canParse(origin) && new URL(origin).host === host;
}
