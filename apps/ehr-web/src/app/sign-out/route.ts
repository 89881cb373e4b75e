import { cookies } from 'next/headers';
import { fieldOf, ownForm } from '../../http/own-form.ts';
import { seeOther } from '../../http/see-other.ts';
import { noDraftCookie } from '../../register/draft-cookie.ts';
import { signInAt } from '../../session/issuer.ts';
import { ownPath, signInHref, whyOf } from '../../session/own-path.ts';
import { noSessionCookie, sessionIn, siteOf } from '../../session/session-cookie.ts';
import { endSession } from '../../session/sign-in.ts';

/** Signs out: here, or everywhere that the same person is signed in. */
export async function POST(request: Request): Promise<Response> {
  const form = await ownForm(request, '/sign-out');
  if (form instanceof Response) return form;
  const site = siteOf(request.headers);
  const why = whyOf(fieldOf(form, 'why')) ?? 'out';
  const to = ownPath(fieldOf(form, 'to'));
  const holder = sessionIn(await cookies(), site);
  const at = await signInAt();
  const issuer = at.kind === 'ok' && at.value.issuer !== null ? at.value : null;
  // Nobody is told that they are signed out who is not: they keep what it takes to try again.
  const isDone =
    holder === undefined ? why !== 'everywhere' : await endSession(issuer, holder, why === 'everywhere');
  if (!isDone) return seeOther(signInHref(to, 'not-out'));
  return seeOther(signInHref(to, why), noSessionCookie(site), noDraftCookie());
}
