import { readConfig } from '../config/read-config.ts';
import { type Holder, isHolder } from './seal.ts';

const NAME = 'ehr-session';

/** Whether the browser came by https: cookies then go back no other way. */
export function isSecure(headers: Headers): boolean {
  const { publicUrl } = readConfig();
  return publicUrl === null ? headers.get('x-forwarded-proto') === 'https' : publicUrl.startsWith('https:');
}

/** What the browser holds of its session. */
export function sessionIn(
  cookies: { get(name: string): { readonly value: string } | undefined },
  headers: Headers,
): Holder | undefined {
  const value = cookies.get(nameOf(isSecure(headers)))?.value;
  return isHolder(value) ? value : undefined;
}

/** Gone with the browser; when it ends before, ehr-api says. Scripts cannot read it, and no form of another site sends it. */
export function sessionCookie(holder: Holder, secure: boolean): string {
  return `${nameOf(secure)}=${holder}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

export function noSessionCookie(secure: boolean): string {
  return `${nameOf(secure)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
}

/** https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes: no other host can set it. */
function nameOf(secure: boolean): string {
  return secure ? `__Host-${NAME}` : NAME;
}
