import { setCookie } from '../session/set-cookie.ts';
import { type Registration, type RegistrationErrors, registrationFields } from './registration.ts';

/** A form that was refused: what was typed, and what is wrong with it. */
export interface Draft {
  readonly registration: Registration;
  readonly errors: RegistrationErrors;
}

/** Name of the cookie that keeps an unfinished registration. */
export const DRAFT_COOKIE = 'ehr-registration-draft';
const PATH = '/patients/new';
const SECONDS = 300;
const NOTHING = Object.fromEntries(registrationFields.map((field) => [field, ''])) as Registration;

/**
 * Carries a refused form over the redirect back to it, so that it works without JavaScript. In a cookie that
 * scripts cannot read, that goes to one page, and that soon ends: the address would be kept in histories and
 * logs. The key in the address ties it to this attempt, so that a new form is never filled in with an old draft.
 */
export function draftCookie(key: string, draft: Draft, secure: boolean): string {
  const value = Buffer.from(JSON.stringify({ key, ...draft })).toString('base64url');
  return setCookie(DRAFT_COOKIE, value, {
    path: PATH,
    seconds: SECONDS,
    sameSite: 'Strict',
    isSecure: secure,
  });
}

/** The `Set-Cookie` header that removes the draft. */
export function noDraftCookie(): string {
  return setCookie(DRAFT_COOKIE, '', { path: PATH, seconds: 0, sameSite: 'Strict', isSecure: false });
}

/** The draft with this key; an empty form for anything else, cookies being whatever a client sends. */
export function readDraft(cookie: string | undefined, key: string | undefined): Draft {
  const empty: Draft = { registration: NOTHING, errors: {} };
  if (!cookie || !key) return empty;
  try {
    const draft = JSON.parse(Buffer.from(cookie, 'base64url').toString()) as Partial<Draft> & {
      key?: unknown;
    };
    if (draft.key !== key) return empty;
    return { registration: { ...NOTHING, ...texts(draft.registration) }, errors: texts(draft.errors) };
  } catch {
    return empty;
  }
}

function texts(value: unknown): Record<string, string> {
  const entries = Object.entries(typeof value === 'object' && value !== null ? value : {});
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
