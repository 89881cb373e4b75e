import { log } from '../log/log.ts';
import { isSameOrigin } from './is-same-origin.ts';

/** What a form of this site sent, or the answer to what is none. */
export async function ownForm(request: Request, route: string): Promise<FormData | Response> {
  if (!isSameOrigin(request.headers)) {
    log('warn', 'refused a form post from another site', { route });
    return new Response('This form was sent from another site. Open it in EHR Connect and send it again.', {
      status: 403,
    });
  }
  const form = await request.formData().catch(() => undefined);
  return form ?? new Response('This is no form of EHR Connect.', { status: 400 });
}

/** What a field of a form was sent with; empty where it was not, or is a file. */
export function fieldOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
