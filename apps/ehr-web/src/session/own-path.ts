/** A path of this site out of what an address says, where somebody wanted to go; of another site: the start. */
export function ownPath(value: string | undefined | null): string {
  // Browsers take a backslash for a slash, and leave out line breaks and tabs; a header holds nothing but ASCII.
  const isOwn = value != null && /^\/(?![/\\])[!-[\]-~]*$/u.test(value) && value.length <= 500;
  return isOwn ? value : '/patients';
}

/** The address of the page that asks to sign in, and leads back to this path. */
export function signInHref(to: string, why?: Why): string {
  const query = new URLSearchParams({ ...(why !== undefined && { why }), to: ownPath(to) });
  return `/sign-in?${query.toString()}`;
}

const whys = ['locked', 'out', 'everywhere', 'not-out', 'failed', 'denied'] as const;

/** Why somebody is asked to sign in. */
export type Why = (typeof whys)[number];

/** As an address says it. */
export function whyOf(value: string | undefined): Why | undefined {
  return whys.find((why) => why === value);
}
