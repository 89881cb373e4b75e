import type { Browser, Page } from 'playwright-core';
import { signedInAs } from './sign-in.ts';
import type { Services } from './start-services.ts';

/** As browsers say that a form is of the site itself. */
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

/** What somebody does at the web app, in a browser or without one. */
export function visiting(services: Services, browser: Browser) {
  const get = (cookie: string, path: string, at = services.web) =>
    fetch(`${at.url}${path}`, { headers: { cookie }, redirect: 'manual' });
  /** What binds the forms of a session's pages to it. */
  const markOf = async (cookie: string) => {
    const page = cookie === '' ? '' : await (await get(cookie, '/not-sent')).text();
    return /name="session" value="([\w-]+)"/u.exec(page)?.[1] ?? '';
  };
  return {
    /** A page of a new browser. */
    open: async (path: string, javaScriptEnabled = true): Promise<Page> => {
      const context = await browser.newContext({ baseURL: services.web.url, javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(path);
      return page;
    },
    /** The cookie by which somebody is signed in. */
    cookieOf: async (name: string) => {
      const { cookies } = await signedInAs(services.web.url, name);
      return cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
    },
    get,
    markOf,
    /** A form, as a page of that session has it. */
    post: async (
      cookie: string,
      path: string,
      form: Record<string, string>,
      headers: Record<string, string> = SAME_ORIGIN,
    ) =>
      fetch(`${services.web.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams({ session: await markOf(cookie), ...form }),
        headers: { cookie, ...headers },
        redirect: 'manual',
      }),
    /** Where a page leads who is not signed in; null: it is shown. */
    leads: async (cookie: string, path = '/patients', at = services.web) =>
      (await get(cookie, path, at)).headers.get('location'),
    heading: (page: Page) => page.getByRole('heading', { level: 1 }).textContent(),
  };
}
