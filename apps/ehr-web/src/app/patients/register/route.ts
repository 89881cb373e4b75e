import { randomUUID } from 'node:crypto';
import { isSameOrigin } from '../../../http/is-same-origin.ts';
import { log } from '../../../log/log.ts';
import { today } from '../../../people/today.ts';
import { draftCookie, noDraftCookie } from '../../../register/draft-cookie.ts';
import { registerPatient } from '../../../register/register-patient.ts';
import { readRegistration } from '../../../register/registration.ts';

/**
 * Takes the registration form and sends the browser on: to the new patient, or back to the form. A plain form
 * post rather than a server action, which would need an encryption key shared by all replicas.
 */
export async function POST(request: Request): Promise<Response> {
  if (!isSameOrigin(request.headers)) {
    log('warn', 'refused a form post from another site', { route: '/patients/register' });
    return new Response('This form was sent from another site. Open it in EHR Connect and send it again.', {
      status: 403,
    });
  }
  const form = await request.formData().catch(() => undefined);
  if (!form) return new Response('This is not the registration form.', { status: 400 });
  const registration = readRegistration(form);
  const result = await registerPatient(registration, today());
  if (result.kind === 'registered')
    return seeOther(`/patients/${encodeURIComponent(result.id)}?registered`, noDraftCookie());
  const key = randomUUID();
  const secure = request.headers.get('x-forwarded-proto') === 'https';
  return seeOther(
    `/patients/new?draft=${key}`,
    draftCookie(key, { registration, errors: result.errors }, secure),
  );
}

/** A relative address: behind a proxy this server does not know its own name. */
function seeOther(location: string, cookie: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, 'set-cookie': cookie, 'cache-control': 'no-store' },
  });
}
