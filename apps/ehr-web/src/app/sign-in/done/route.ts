import { cookies } from 'next/headers';
import { seeOther } from '../../../http/see-other.ts';
import { signInAt } from '../../../session/issuer.ts';
import { signInHref } from '../../../session/own-path.ts';
import { isSecure, sessionCookie, sessionIn } from '../../../session/session-cookie.ts';
import { endSession, endSignIn, originOf, SIGN_IN_COOKIE } from '../../../session/sign-in.ts';

const NO_SIGN_IN_COOKIE = `${SIGN_IN_COOKIE}=; Path=/sign-in; Max-Age=0; HttpOnly; SameSite=Lax`;

/** Where the issuer sends the browser back to. */
export async function GET(request: Request): Promise<Response> {
  const at = await signInAt();
  if (at.kind !== 'ok' || at.value.issuer === null)
    return seeOther(signInHref('/patients'), NO_SIGN_IN_COOKIE);
  const jar = await cookies();
  const begun = jar.get(SIGN_IN_COOKIE)?.value;
  const ended = await endSignIn(at.value, originOf(request.headers), new URL(request.url).search, begun);
  if (ended.kind === 'not') return seeOther(signInHref(ended.to, ended.why), NO_SIGN_IN_COOKIE);
  // Whoever was signed in at this browser before is no more.
  const before = sessionIn(jar, request.headers);
  if (before !== undefined) await endSession(null, before, null, false);
  return seeOther(ended.to, sessionCookie(ended.holder, isSecure(request.headers)), NO_SIGN_IN_COOKIE);
}
