import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../test/sign-in.ts';
import { type Service, type Services, startServices } from '../test/start-services.ts';
import { visiting } from '../test/visit.ts';

const FORM = { given: 'Anna', family: 'Zanarienvogel', birthDate: '1980-05-17', sex: 'female', phone: '' };

describe.skipIf(!requireOrSkip('chromium'))('attacks on signing in to the web app', () => {
  let services: Services;
  let second: Service;
  let browser: Browser;
  let visit: ReturnType<typeof visiting>;
  beforeAll(async () => {
    [services, browser] = await Promise.all([startServices(), openBrowser()]);
    second = await services.anotherWeb();
    visit = visiting(services, browser);
  });
  afterAll(async () => {
    await browser.close();
    await services.stop();
  });

  it('takes no form of another site', async () => {
    const cookie = await visit.cookieOf('clara');
    for (const path of [
      '/sign-out',
      '/patients/search',
      '/patients/register',
      '/patients/x/break-glass/open',
      '/api/active',
    ])
      expect((await visit.post(cookie, path, { name: 'x' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(
        403,
      );
    expect(await visit.leads(cookie)).toBeNull();
  });

  it.each([
    ['no cookie', ''],
    ['a made up one', `ehr-session=${'A'.repeat(43)}`],
    ['an empty one', 'ehr-session='],
    ['too much', `ehr-session=${'A'.repeat(4_000)}`],
  ])('lets nobody in with %s', async (_title, cookie) => {
    for (const path of ['/patients', '/patients/new', '/patients/some-id'])
      expect(await visit.leads(cookie, path)).toMatch(/^\/sign-in\?to=/u);
    expect((await visit.post(cookie, '/api/active', {})).status).toBe(401);
    const refused = await visit.post(cookie, '/patients/register', { ...FORM, mrn: 'nobody' });
    expect(refused.headers.get('location')).toMatch(/\?draft=|^\/not-sent\?/u);
  });

  it('takes an answer of the issuer once, from the browser that asked for it', async () => {
    const begun = await visit.get('', '/sign-in/start?to=//evil.example');
    const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
    const asked = new URL(begun.headers.get('location') ?? '').searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({ code_challenge_method: 'S256', prompt: 'login', max_age: '0', response_type: 'code' }); // prettier-ignore
    const done = async (own: string, query: string) => (await visit.get(own, `/sign-in/done${query}`)).headers.get('location'); // prettier-ignore
    const state = asked.get('state') ?? '';
    const failed = '/sign-in?why=failed&to=%2Fpatients';
    expect(await done('', `?code=x&state=${state}`)).toBe(failed);
    expect(await done(cookie, '?code=x&state=other')).toBe(failed);
    expect(await done(cookie, `?code=x&state=${state}`)).toBe(failed);
    expect(await done(cookie, `?error=access_denied&state=${state}`)).toBe(failed);
    expect(await done(cookie, '')).toBe(failed);
  });

  it('believes no issuer that did not ask who is there', async () => {
    const page = await visit.open('/patients');
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
    expect(await visit.heading(page)).toBe('Sign in');
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
    expect(await visit.heading(page)).toBe('You may still be signed in');
    await expectAccessible(page);
    isBroken = false;
    await page.getByRole('main').getByRole('button', { name: 'Sign out everywhere' }).click();
    expect(await visit.heading(page)).toBe('You are signed out everywhere');
    proxy.closeAllConnections();
    proxy.close();
  });

  it('keeps nothing for who is not signed in, and takes nobody’s word for where they are', async () => {
    const answer = await visit.post('', '/patients/search', { name: 'Zanarienvogel' });
    expect(answer.headers.get('location')).toBe('/sign-in?to=%2Fpatients');
    const cookie = await visit.cookieOf('clara');
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
    const cookie = await visit.cookieOf('frida');
    const out = await visit.post(cookie, '/sign-out', { why: 'out' });
    expect(out.headers.getSetCookie().join()).toMatch(/ehr-registration-draft=; .*Max-Age=0/u);
  });

  it('has its policy on pages that are not there, too', async () => {
    for (const path of ['/icon.svgx', '/api/nothing', '/_next/staticx', '/nothing'])
      expect((await visit.get('', path)).headers.get('content-security-policy')).toContain(
        "default-src 'none'",
      );
  });

  it('leads nowhere else after it', async () => {
    const page = await visit.open('/sign-in?to=//evil.example');
    await signIn(page, 'clara');
    await page.waitForURL(`${services.web.url}/patients`);
  });

  it('finds nothing by the address of somebody else’s search', async () => {
    const [one, other] = [await visit.cookieOf('clara'), await visit.cookieOf('frida')];
    const searched = await visit.post(one, '/patients/search', { name: 'Zanarienvogel' });
    const address = searched.headers.get('location') ?? '';
    expect(address).toMatch(/^\/patients\?search=[\w-]{43}$/u);
    expect(await (await visit.get(one, address)).text()).toContain('value="Zanarienvogel"');
    const shown = await (await visit.get(other, address)).text();
    expect(shown).toContain('This search is over');
    expect(shown).not.toContain('value="Zanarienvogel"');
  });

  it('has printed no token, no cookie, nobody’s name and no search', async () => {
    const lines = [...services.web.lines(), ...second.lines(), ...services.api.lines()];
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    expect(lines.join('\n')).not.toMatch(/eyJ|ehr-session|Zanarienvogel|Clara|code=/u);
  });
});
