import { seeOther } from '../../../http/see-other.ts';
import { log } from '../../../log/log.ts';
import { signInAt } from '../../../session/issuer.ts';
import { ownPath, signInHref } from '../../../session/own-path.ts';
import { siteOf } from '../../../session/session-cookie.ts';
import { beginSignIn } from '../../../session/sign-in.ts';

/** Leads to the issuer, where somebody signs in. */
export async function GET(request: Request): Promise<Response> {
  const to = ownPath(new URL(request.url).searchParams.get('to'));
  const at = await signInAt();
  if (at.kind !== 'ok') return seeOther(signInHref(to));
  if (at.value.issuer === null) return seeOther(to);
  try {
    const { url, cookie } = await beginSignIn(at.value, siteOf(request.headers), to);
    return seeOther(url, cookie);
  } catch (err) {
    log('error', 'the issuer is not reachable', { route: '/sign-in/start', err });
    return seeOther(signInHref(to, 'failed'));
  }
}
