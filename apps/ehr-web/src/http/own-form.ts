import { log } from '../log/log.ts';
import { FORM_MARK, formMark } from '../session/form-mark.ts';
import { isSameOrigin } from './is-same-origin.ts';
import { seeOther } from './see-other.ts';

/** Where a form is loaded again; null: it may come from the page of another session. */
type Again = string | null;

/**
 * What a form of this site sent, or the answer to what is none: of another site, or of a page that was made for another session. Without
 * JavaScript such a page stays in its window when somebody else signs in, and what it sends would count for them.
 */
export async function ownForm(
  request: Request,
  route: string,
  again: Again | ((form: FormData) => Again),
): Promise<FormData | Response> {
  if (!isSameOrigin(request.headers)) {
    log('warn', 'refused a form post from another site', { route });
    return new Response('This form was sent from another site. Open it in EHR Connect and send it again.', {
      status: 403,
    });
  }
  const form = await request.formData().catch(() => undefined);
  if (form === undefined) return new Response('This is no form of EHR Connect.', { status: 400 });
  const to = typeof again === 'function' ? again(form) : again;
  if (to === null || (await isOfThisSession(form))) return form;
  log('warn', 'refused a form post from the page of another session', { route });
  return seeOther(`/not-sent?${new URLSearchParams({ to }).toString()}`);
}

/** Whoever is not signed in at all is told so by what they ask for. */
async function isOfThisSession(form: FormData): Promise<boolean> {
  const mark = await formMark();
  return mark === undefined || fieldOf(form, FORM_MARK) === mark;
}

/** What a field of a form was sent with; empty where it was not, or is a file. */
export function fieldOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}
