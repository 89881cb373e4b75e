interface Lasts {
  readonly path: string;
  /** Without, it goes with the browser. */
  readonly seconds?: number;
  readonly sameSite?: 'Lax' | 'Strict';
  readonly isSecure: boolean;
}

/** A `Set-Cookie` header, of a cookie that no script can read: https://www.rfc-editor.org/rfc/rfc6265#section-4.1 */
export function setCookie(name: string, value: string, lasts: Lasts): string {
  const { path, seconds, sameSite = 'Lax', isSecure } = lasts;
  const age = seconds === undefined ? '' : `; Max-Age=${seconds}`;
  return `${name}=${value}; Path=${path}${age}; HttpOnly; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`;
}
