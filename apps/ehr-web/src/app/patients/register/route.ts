import { randomUUID } from 'node:crypto';
import { ownForm } from '../../../http/own-form.ts';
import { seeOther } from '../../../http/see-other.ts';
import { today } from '../../../people/today.ts';
import { draftCookie, noDraftCookie } from '../../../register/draft-cookie.ts';
import { registerPatient } from '../../../register/register-patient.ts';
import { readRegistration } from '../../../register/registration.ts';
import { siteOf } from '../../../session/session-cookie.ts';

/**
 * Takes the registration form and sends the browser on: to the new patient, or back to the form. A plain form
 * post rather than a server action, which would need an encryption key shared by all replicas.
 */
export async function POST(request: Request): Promise<Response> {
  const form = await ownForm(request, '/patients/register', '/patients/new');
  if (form instanceof Response) return form;
  const registration = readRegistration(form);
  const result = await registerPatient(registration, today());
  if (result.kind === 'registered')
    return seeOther(`/patients/${encodeURIComponent(result.id)}?registered`, noDraftCookie());
  const key = randomUUID();
  return seeOther(
    `/patients/new?draft=${key}`,
    draftCookie(key, { registration, errors: result.errors }, siteOf(request.headers).isSecure),
  );
}
