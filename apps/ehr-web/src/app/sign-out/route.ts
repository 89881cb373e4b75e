import { cookies } from 'next/headers';
import { fieldOf, ownForm } from '../../http/own-form.ts';
import { seeOther } from '../../http/see-other.ts';
import { signInAt } from '../../session/issuer.ts';
import { ownPath, signInHref, whyOf } from '../../session/own-path.ts';
import { isSecure, noSessionCookie, sessionIn } from '../../session/session-cookie.ts';
import { endSession } from '../../session/sign-in.ts';
import { visitor } from '../../session/visitor.ts';

/** Signs out: here, or everywhere that the same person is signed in. */
export async function POST(request: Request): Promise<Response> {
  const form = await ownForm(request, '/sign-out');
  if (form instanceof Response) return form;
  const why = whyOf(fieldOf(form, 'why')) ?? 'out';
  const holder = sessionIn(await cookies(), request.headers);
  if (holder !== undefined) {
    const [at, who] = [await signInAt(), await visitor()];
    const issuer = at.kind === 'ok' && at.value.issuer !== null ? at.value : null;
    await endSession(issuer, holder, who.kind === 'signed-in' ? who.session : null, why === 'everywhere');
  }
  return seeOther(signInHref(ownPath(fieldOf(form, 'to')), why), noSessionCookie(isSecure(request.headers)));
}
