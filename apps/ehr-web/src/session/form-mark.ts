import { cookies, headers } from 'next/headers';
import { readConfig } from '../config/read-config.ts';
import { markOf } from './seal.ts';
import { sessionIn, siteOf } from './session-cookie.ts';

/** Name of the hidden field that every form has. */
export const FORM_MARK = 'session';

/** What binds a form to the session that its page is made for; undefined where the browser has none. */
export async function formMark(): Promise<string | undefined> {
  const holder = sessionIn(await cookies(), siteOf(await headers()));
  return holder === undefined ? undefined : markOf(readConfig().secret, 'form', holder);
}
