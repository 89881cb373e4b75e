import { cookies } from 'next/headers';
import { seeOther } from '../../../http/see-other.ts';
import { noDraftCookie } from '../../../register/draft-cookie.ts';
import { signInAt } from '../../../session/issuer.ts';
import { signInHref } from '../../../session/own-path.ts';
import { begunIn, sessionCookie, sessionIn, signInCookie, siteOf } from '../../../session/session-cookie.ts';
import { endSession, endSignIn } from '../../../session/sign-in.ts';

/** Where the issuer sends the browser back to. */
export async function GET(request: Request): Promise<Response> {
  const site = siteOf(request.headers);
  const begunNoMore = signInCookie('', 0, site.isSecure);
  const at = await signInAt();
  if (at.kind !== 'ok' || at.value.issuer === null) return seeOther(signInHref('/patients'), begunNoMore);
  const jar = await cookies();
  const ended = await endSignIn(at.value, site, new URL(request.url).search, begunIn(jar, site));
  if (ended.kind === 'not') return seeOther(signInHref(ended.to, ended.why), begunNoMore);
  // Whoever was signed in at this browser before is no more, and nothing of theirs is left here.
  const before = sessionIn(jar, site);
  if (before !== undefined) await endSession(at.value, before, false);
  return seeOther(ended.to, sessionCookie(ended.holder, site), begunNoMore, noDraftCookie());
}
