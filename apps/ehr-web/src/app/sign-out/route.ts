import { cookies } from 'next/headers';
import { fieldOf, ownForm } from '../../http/own-form.ts';
import { seeOther } from '../../http/see-other.ts';
import { noDraftCookie } from '../../register/draft-cookie.ts';
import { signInAt } from '../../session/issuer.ts';
import { ownPath, signInHref, type Why, whyOf } from '../../session/own-path.ts';
import { noSessionCookie, sessionIn, siteOf } from '../../session/session-cookie.ts';
import { endSession } from '../../session/sign-in.ts';

/** Signs out: here, or everywhere that the same person is signed in. */
export async function POST(request: Request): Promise<Response> {
  // An old page may end a session of this browser: that keeps its records from others. Not those of other computers.
  const form = await ownForm(request, '/sign-out', (sent) =>
    whyIn(sent) === 'everywhere' ? '/patients' : null,
  );
  if (form instanceof Response) return form;
  const site = siteOf(request.headers);
  const why = whyIn(form);
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

function whyIn(form: FormData): Why {
  return whyOf(fieldOf(form, 'why')) ?? 'out';
}
