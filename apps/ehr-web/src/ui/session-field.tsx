import { FORM_MARK, formMark } from '../session/form-mark.ts';

/** Has its place in every form: what is sent from the page of one session does not count for whoever signs in after. */
export async function SessionField() {
  // Firefox would keep the value of before when a page is loaded again.
  return <input type="hidden" name={FORM_MARK} value={(await formMark()) ?? ''} autoComplete="off" />;
}
