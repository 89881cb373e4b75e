import { readConfig } from '../config/read-config.ts';
import { type Holder, isHolder } from './seal.ts';
import { setCookie } from './set-cookie.ts';

/** How browsers reach this service. */
export interface Site {
  /** `https://ehr.example.org` */
  readonly origin: string;
  /** Cookies go back by https alone. */
  readonly isSecure: boolean;
}

interface Cookies {
  get(name: string): { readonly value: string } | undefined;
}

/** As it is set up, else as the browser asked; where records are real cookies are for https, whatever anybody says. */
export function siteOf(headers: Headers): Site {
  const { publicUrl, environment } = readConfig();
  const first = (name: string) => headers.get(name)?.split(',')[0]?.trim();
  const isInUse = environment === 'staging' || environment === 'prod';
  const asked = first('x-forwarded-proto') === 'https' ? 'https:' : 'http:';
  const protocol = publicUrl === null ? asked : new URL(publicUrl).protocol;
  const origin = publicUrl ?? `${protocol}//${first('x-forwarded-host') ?? headers.get('host') ?? ''}`;
  return { origin, isSecure: isInUse || protocol === 'https:' };
}

/** What the browser holds of its session. */
export function sessionIn(cookies: Cookies, { isSecure }: Site): Holder | undefined {
  const value = cookies.get(nameOf(SESSION, isSecure))?.value;
  return isHolder(value) ? value : undefined;
}

/** What a sign-in was begun with, sealed. */
export function begunIn(cookies: Cookies, { isSecure }: Site): string | undefined {
  return cookies.get(nameOf(SIGN_IN, isSecure))?.value;
}

/** Gone with the browser; when it ends before, ehr-api says. Scripts cannot read it, and no form of another site sends it. */
export function sessionCookie(holder: Holder, { isSecure }: Site): string {
  return ofSite(SESSION, holder, isSecure);
}

export function noSessionCookie({ isSecure }: Site): string {
  return ofSite(SESSION, '', isSecure, 0);
}

/** Carries what a sign-in was begun with to where it ends. */
export function signInCookie(sealed: string, seconds: number, isSecure: boolean): string {
  return ofSite(SIGN_IN, sealed, isSecure, seconds);
}

const [SESSION, SIGN_IN] = ['ehr-session', 'ehr-sign-in'] as const;

function ofSite(name: string, value: string, isSecure: boolean, seconds?: number): string {
  return setCookie(nameOf(name, isSecure), value, {
    path: '/',
    isSecure,
    ...(seconds !== undefined && { seconds }),
  });
}

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes: no other host can set it. */
function nameOf(name: string, isSecure: boolean): string {
  return isSecure ? `__Host-${name}` : name;
}
