import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAs, signIn } from '../test/sign-in.ts';
import { type Service, type Services, startServices } from '../test/start-services.ts';

const FORM = { given: 'Anna', family: 'Zanarienvogel', birthDate: '1980-05-17', sex: 'female', phone: '' };
const SAME_ORIGIN = { 'sec-fetch-site': 'same-origin' };

describe.skipIf(!requireOrSkip('chromium'))('signing in to the web app', () => {
  let services: Services;
  let second: Service;
  let browser: Browser;
  beforeAll(async () => {
    [services, browser] = await Promise.all([startServices(), openBrowser()]);
    second = await services.anotherWeb();
  });
  afterAll(async () => {
    await browser.close();
    await services.stop();
  });

  const open = async (path: string, javaScriptEnabled = true): Promise<Page> => {
    const context = await browser.newContext({ baseURL: services.web.url, javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(path);
    return page;
  };
  /** The cookie by which somebody is signed in. */
  const cookieOf = async (name: string) => {
    const { cookies } = await signedInAs(browser, services.web.url, name);
    return cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
  };
  const get = (cookie: string, path: string, at = services.web) => fetch(`${at.url}${path}`, { headers: { cookie }, redirect: 'manual' }); // prettier-ignore
  const post = (cookie: string, path: string, form: Record<string, string>, headers: Record<string, string> = SAME_ORIGIN) =>
    fetch(`${services.web.url}${path}`, { method: 'POST', body: new URLSearchParams(form), headers: { cookie, ...headers }, redirect: 'manual' }); // prettier-ignore
  /** Where a page leads who is not signed in; null: it is shown. */
  const leads = async (cookie: string, path = '/patients', at = services.web) => (await get(cookie, path, at)).headers.get('location'); // prettier-ignore
  const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

  it.each([[true], [false]])('shows nothing before, and then what was asked for (JavaScript %s)', async (javaScript) => {
    const page = await open('/patients/new?from=a-link', javaScript);
    expect(await heading(page)).toBe('Sign in');
    expect(await page.getByRole('navigation').count()).toBe(0);
    if (javaScript) await expectAccessible(page);
    await signIn(page, 'frida');
    await page.waitForURL('**/patients/new');
    expect(await heading(page)).toBe('Register patient');
    await page.getByText('Frida Frontdesk').first().click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    expect(await heading(page)).toBe('You are signed out');
    await page.goto('/patients');
    expect(await heading(page)).toBe('Sign in');
  }); // prettier-ignore

  it('asks who is there, although the issuer remembers somebody', async () => {
    const page = await open('/patients');
    await signIn(page, 'frida');
    await page.waitForURL('**/patients');
    await page.context().clearCookies({ name: 'ehr-session' });
    await page.goto('/patients');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('keeps every token from the browser', async () => {
    const state = await signedInAs(browser, services.web.url, 'clara');
    expect(state.cookies.filter(({ name }) => name.startsWith('ehr-'))).toEqual([
      expect.objectContaining({ name: 'ehr-session', httpOnly: true, sameSite: 'Lax', expires: -1, value: expect.stringMatching(/^[\w-]{43}$/u) as string }), // prettier-ignore
    ]);
    const context = await browser.newContext({ baseURL: services.web.url, storageState: state });
    const page = await context.newPage();
    await page.goto('/patients');
    const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])); // prettier-ignore
    expect((await page.content()) + stored).not.toMatch(/eyJ[\w-]{20}/u);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it.each([
    ['clara', { patients: true, registers: true }],
    ['frida', { patients: true, registers: true }],
    ['adam', { patients: true, registers: true }],
    ['audrey', { patients: false, registers: false }],
    ['paul', { patients: false, registers: false }],
  ])('offers %s what the role may, and refuses the rest all the same', async (name, { patients, registers }) => {
    const cookie = await cookieOf(name);
    const page = await (await get(cookie, '/patients')).text();
    expect([page.includes('Register patient'), page.includes('let you see patients')]).toEqual([registers, !patients]); // prettier-ignore
    const answer = await post(cookie, '/patients/register', { ...FORM, mrn: `R-${name}` });
    expect(answer.headers.get('location')).toMatch(registers ? /^\/patients\/[^/?]+\?registered$/u : /\?draft=/u); // prettier-ignore
    if (registers) return;
    const draft = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    await get(`${cookie}; ${draft}`, answer.headers.get('location') ?? '');
    expect(await (await get(cookie, '/patients/new')).text()).toContain('Your role does not let you register');
  }); // prettier-ignore

  it('lets nobody in whom the record service does not know', async () => {
    const page = await open('/patients');
    await signIn(page, 'olga');
    await page.waitForURL(/why=denied/u);
    expect(await heading(page)).toBe('You may not use this site');
    await page.goto('/patients');
    expect(await heading(page)).toBe('Sign in');
  });

  it('is the same at every replica, and renews tokens once for all that ask', async () => {
    const cookie = await cookieOf('clara');
    for (let round = 0; round < 3; round += 1) {
      // The token has to be renewed by now.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const asked = [services.web, second, services.web, second, services.web, second].map((at) => leads(cookie, '/patients', at)); // prettier-ignore
      expect(await Promise.all(asked)).toEqual([null, null, null, null, null, null]);
    }
  });

  it('ends for good: what the browser held leads nowhere any more', async () => {
    const cookie = await cookieOf('clara');
    expect(await leads(cookie)).toBeNull();
    const out = await post(cookie, '/sign-out', { why: 'out' });
    expect(out.headers.get('set-cookie')).toMatch(/^ehr-session=; .*Max-Age=0/u);
    for (const at of [services.web, second]) expect(await leads(cookie, '/patients', at)).toBe('/sign-in?to=%2Fpatients'); // prettier-ignore
  });

  it('ends everywhere at once, and nobody else’s', async () => {
    const [one, two, other] = [await cookieOf('clara'), await cookieOf('clara'), await cookieOf('frida')];
    await post(one, '/sign-out', { why: 'everywhere' });
    expect(await leads(two)).toContain('/sign-in');
    expect(await leads(other)).toBeNull();
  });

  it('takes no form of another site', async () => {
    const cookie = await cookieOf('clara');
    for (const path of ['/sign-out', '/patients/search', '/patients/register', '/api/active'])
      expect((await post(cookie, path, { name: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect(await leads(cookie)).toBeNull();
  });

  it.each([
    ['no cookie', ''],
    ['a made up one', `ehr-session=${'A'.repeat(43)}`],
    ['an empty one', 'ehr-session='],
    ['too much', `ehr-session=${'A'.repeat(4_000)}`],
  ])('lets nobody in with %s', async (_title, cookie) => {
    for (const path of ['/patients', '/patients/new', '/patients/some-id'])
      expect(await leads(cookie, path)).toMatch(/^\/sign-in\?to=/u);
    expect((await post(cookie, '/api/active', {})).status).toBe(401);
    const refused = await post(cookie, '/patients/register', { ...FORM, mrn: 'nobody' });
    expect(refused.headers.get('location')).toMatch(/\?draft=/u);
  });

  it('takes an answer of the issuer once, from the browser that asked for it', async () => {
    const begun = await get('', '/sign-in/start?to=//evil.example');
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
    const asked = new URL(begun.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({ code_challenge_method: 'S256', prompt: 'login', max_age: '0', response_type: 'code' }); // prettier-ignore
    const done = async (own: string, query: string) => (await get(own, `/sign-in/done${query}`)).headers.get('location'); // prettier-ignore
    const state = asked.get('state') ?? '';
    const failed = '/sign-in?why=failed&to=%2Fpatients';
    expect(await done('', `?code=x&state=${state}`)).toBe(failed);
    expect(await done(cookie, '?code=x&state=other')).toBe(failed);
    expect(await done(cookie, `?code=x&state=${state}`)).toBe(failed);
    expect(await done(cookie, `?error=access_denied&state=${state}`)).toBe(failed);
    expect(await done(cookie, '')).toBe(failed);
  });

  it('believes no issuer that did not ask who is there', async () => {
    const page = await open('/patients');
    await signIn(page, 'frida');
    await page.waitForURL('**/patients');
    await page.context().clearCookies({ name: 'ehr-session' });
    // Somebody at the same computer takes out of the address what asks for a password.
    const begun = await page.request.get('/sign-in/start', { maxRedirects: 0 });
    const url = new URL(begun.headers()['location'] ?? '');
    url.searchParams.delete('prompt');
    url.searchParams.delete('max_age');
    await page.goto(url.href);
    await page.waitForURL(/why=failed/u);
    await page.goto('/patients');
    expect(await heading(page)).toBe('Sign in');
  });

  it('says so where a session could not be ended, and keeps what it takes to try again', async () => {
    let isBroken = false;
    const proxy = createServer((request, response) => {
      if (isBroken && request.url === '/web/sessions/end')
        return void response.writeHead(503, { 'content-type': 'application/json' }).end('{}');
      const { hostname, port } = new URL(services.api.url);
      const { method, headers, url: path } = request;
      request.pipe(
        forward(
          { hostname, port, path, method, headers },
          (answer) => void answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers)),
        ),
      );
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const web = await services.anotherWeb({
      EHR_API_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    });
    const page = await (await browser.newContext({ baseURL: web.url })).newPage();
    await page.goto('/patients');
    await signIn(page, 'clara');
    await page.waitForURL('**/patients');
    isBroken = true;
    await page.locator('summary').click();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    expect(await heading(page)).toBe('You may still be signed in');
    await expectAccessible(page);
    isBroken = false;
    await page.getByRole('main').getByRole('button', { name: 'Sign out everywhere' }).click();
    expect(await heading(page)).toBe('You are signed out everywhere');
    proxy.closeAllConnections();
    proxy.close();
  });

  it('leaves the pages of other windows when somebody signs out', async () => {
    const page = await open('/patients/new');
    await signIn(page, 'frida');
    await page.waitForURL('**/patients/new');
    await page.getByLabel('Family name').fill('Zanarienvogel');
    const other = await page.context().newPage();
    await other.goto('/patients');
    await other.locator('summary').click();
    await other.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.waitForURL(/why=locked/u);
    expect(await page.content()).not.toContain('Zanarienvogel');
  });

  it('keeps nothing for who is not signed in, and takes nobody’s word for where they are', async () => {
    const answer = await post('', '/patients/search', { name: 'Zanarienvogel' });
    expect(answer.headers.get('location')).toBe('/sign-in?to=%2Fpatients');
    const cookie = await cookieOf('clara');
    await fetch(`${services.web.url}/patients`, { headers: { cookie, 'x-forwarded-for': '203.0.113.66' } });
    const form = {
      grant_type: 'client_credentials',
      client_id: 'ehr-seed',
      client_secret: 'demo',
      scope: 'system/AuditEvent.rs',
    };
    const { access_token: token } = (await (
      await fetch(`${services.issuer.url}/token`, { method: 'POST', body: new URLSearchParams(form) })
    ).json()) as { access_token: string };
    const told = async (query: string) =>
      (
        (await (
          await fetch(`${services.api.url}/fhir/AuditEvent?${query}&_total=accurate&_count=0`, {
            headers: { authorization: `Bearer ${token}` },
          })
        ).json()) as { total: number }
      ).total;
    expect(await told('address=203.0.113.66')).toBe(0);
    expect(await told('address=127.0.0.1&altid=clara')).toBeGreaterThan(0);
  });

  it('leaves nothing of a form to who comes after', async () => {
    const cookie = await cookieOf('frida');
    const out = await post(cookie, '/sign-out', { why: 'out' });
    expect(out.headers.getSetCookie().join()).toMatch(/ehr-registration-draft=; .*Max-Age=0/u);
  });

  it('has its policy on pages that are not there, too', async () => {
    for (const path of ['/icon.svgx', '/api/nothing', '/_next/staticx', '/nothing'])
      expect((await get('', path)).headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('leads nowhere else after it', async () => {
    const page = await open('/sign-in?to=//evil.example');
    await signIn(page, 'clara');
    await page.waitForURL(`${services.web.url}/patients`);
  });

  it('locks a page that nobody uses, and goes on where it was', async () => {
    const page = await open('/patients/new');
    await signIn(page, 'frida');
    await page.waitForURL('**/patients/new');
    await page.clock.install();
    await page.reload();
    await page.getByLabel('Family name').fill('Zanarienvogel');
    await page.clock.runFor(14 * 60_000);
    expect(await heading(page)).toBe('Register patient');
    await page.clock.runFor(2 * 60_000);
    await page.waitForURL(/why=locked/u);
    expect(await heading(page)).toBe('Locked');
    expect(await page.content()).not.toContain('Zanarienvogel');
    await page.goBack().catch(() => undefined);
    await page.goto('/patients');
    expect(await heading(page)).toBe('Sign in');
  });

  it('unlocks to where it was, for whoever shows who they are', async () => {
    const page = await open('/sign-in?why=locked&to=%2Fpatients%2Fnew');
    await expectAccessible(page);
    await signIn(page, 'frida', 'Unlock');
    await page.waitForURL('**/patients/new');
  });

  it('leaves a page that nobody uses without JavaScript, too', async () => {
    const page = await (await get(await cookieOf('clara'), '/patients/new')).text();
    expect(page).toMatch(/<noscript><meta http-equiv="refresh" content="905; url=\/sign-in\?why=locked&amp;to=%2Fpatients%2Fnew"\/><\/noscript>/u); // prettier-ignore
  });

  it('finds nothing by the address of somebody else’s search', async () => {
    const [one, other] = [await cookieOf('clara'), await cookieOf('frida')];
    const searched = await post(one, '/patients/search', { name: 'Zanarienvogel' });
    const address = searched.headers.get('location') ?? '';
    expect(address).toMatch(/^\/patients\?search=[\w-]{43}$/u);
    expect(await (await get(one, address)).text()).toContain('value="Zanarienvogel"');
    const shown = await (await get(other, address)).text();
    expect(shown).toContain('This search is over');
    expect(shown).not.toContain('value="Zanarienvogel"');
  });

  it('has the account in view at every width', async () => {
    const page = await open('/patients');
    await signIn(page, 'clara');
    await page.waitForURL('**/patients');
    for (const width of [320, 390, 1440]) {
      await page.setViewportSize({ width, height: 800 });
      await page.locator('summary').click();
      await page.getByRole('button', { name: 'Sign out everywhere' }).waitFor();
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      await page.locator('summary').click();
    }
  });

  it('has printed no token, no cookie, nobody’s name and no search', async () => {
    const lines = [...services.web.lines(), ...second.lines(), ...services.api.lines()];
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    expect(lines.join('\n')).not.toMatch(/eyJ|ehr-session|Zanarienvogel|Clara|code=/u);
  });
});
