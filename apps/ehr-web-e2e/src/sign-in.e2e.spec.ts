import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signIn } from '../test/sign-in.ts';
import { type Service, type Services, startServices } from '../test/start-services.ts';
import { visiting } from '../test/visit.ts';

const FORM = { given: 'Anna', family: 'Zanarienvogel', birthDate: '1980-05-17', sex: 'female', phone: '' };

describe.skipIf(!requireOrSkip('chromium'))('signing in to the web app', () => {
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

  it.each([[true], [false]])('shows nothing before, and then what was asked for (JavaScript %s)', async (javaScript) => {
    const page = await visit.open('/patients/new?from=a-link', javaScript);
    expect(await visit.heading(page)).toBe('Sign in');
    expect(await page.getByRole('navigation').count()).toBe(0);
    if (javaScript) await expectAccessible(page);
    await signIn(page, 'frida');
    await page.waitForURL('**/patients/new');
    expect(await visit.heading(page)).toBe('Register patient');
    await page.getByText('Frida Frontdesk').first().click();
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    expect(await visit.heading(page)).toBe('You are signed out');
    await page.goto('/patients');
    expect(await visit.heading(page)).toBe('Sign in');
  }); // prettier-ignore

  it('asks who is there, although the issuer remembers somebody', async () => {
    const page = await visit.open('/patients');
    await signIn(page, 'frida');
    await page.waitForURL('**/patients');
    await page.context().clearCookies({ name: 'ehr-session' });
    await page.goto('/patients');
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('keeps every token from the browser', async () => {
    const page = await visit.open('/patients');
    await signIn(page, 'clara');
    await page.waitForURL('**/patients');
    const state = await page.context().storageState();
    expect(state.cookies.filter(({ name }) => name.startsWith('ehr-'))).toEqual([
      expect.objectContaining({ name: 'ehr-session', httpOnly: true, sameSite: 'Lax', expires: -1, value: expect.stringMatching(/^[\w-]{43}$/u) as string }), // prettier-ignore
    ]);
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
    const cookie = await visit.cookieOf(name);
    const page = await (await visit.get(cookie, '/patients')).text();
    expect([page.includes('Register patient'), page.includes('let you see patients')]).toEqual([registers, !patients]); // prettier-ignore
    const answer = await visit.post(cookie, '/patients/register', { ...FORM, mrn: `R-${name}` });
    expect(answer.headers.get('location')).toMatch(registers ? /^\/patients\/[^/?]+\?registered$/u : /\?draft=/u); // prettier-ignore
    if (registers) return;
    const draft = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
    await visit.get(`${cookie}; ${draft}`, answer.headers.get('location') ?? '');
    expect(await (await visit.get(cookie, '/patients/new')).text()).toContain('Your role does not let you register');
  }); // prettier-ignore

  it('lets nobody in whom the record service does not know', async () => {
    const page = await visit.open('/patients');
    await signIn(page, 'olga');
    await page.waitForURL(/why=denied/u);
    expect(await visit.heading(page)).toBe('You may not use this site');
    await page.goto('/patients');
    expect(await visit.heading(page)).toBe('Sign in');
  });

  it('is the same at every replica, and renews tokens once for all that ask', async () => {
    const cookie = await visit.cookieOf('clara');
    for (let round = 0; round < 3; round += 1) {
      // The token has to be renewed by now.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      const asked = [services.web, second, services.web, second, services.web, second].map((at) => visit.leads(cookie, '/patients', at)); // prettier-ignore
      expect(await Promise.all(asked)).toEqual([null, null, null, null, null, null]);
    }
  });

  it('ends for good: what the browser held leads nowhere any more', async () => {
    const cookie = await visit.cookieOf('clara');
    expect(await visit.leads(cookie)).toBeNull();
    const out = await visit.post(cookie, '/sign-out', { why: 'out' });
    expect(out.headers.get('set-cookie')).toMatch(/^ehr-session=; .*Max-Age=0/u);
    for (const at of [services.web, second]) expect(await visit.leads(cookie, '/patients', at)).toBe('/sign-in?to=%2Fpatients'); // prettier-ignore
  });

  it('ends everywhere at once, and nobody else’s', async () => {
    const [one, two, other] = [
      await visit.cookieOf('clara'),
      await visit.cookieOf('clara'),
      await visit.cookieOf('frida'),
    ];
    await visit.post(one, '/sign-out', { why: 'everywhere' });
    expect(await visit.leads(two)).toContain('/sign-in');
    expect(await visit.leads(other)).toBeNull();
  });

  it('leaves the pages of other windows when somebody signs out', async () => {
    const page = await visit.open('/patients/new');
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

  it('locks a page that nobody uses, and goes on where it was', async () => {
    const page = await visit.open('/patients/new');
    await signIn(page, 'frida');
    await page.waitForURL('**/patients/new');
    await page.clock.install();
    await page.reload();
    await page.getByLabel('Family name').fill('Zanarienvogel');
    await page.clock.runFor(14 * 60_000);
    expect(await visit.heading(page)).toBe('Register patient');
    await page.clock.runFor(2 * 60_000);
    await page.waitForURL(/why=locked/u);
    expect(await visit.heading(page)).toBe('Locked');
    expect(await page.content()).not.toContain('Zanarienvogel');
    // Before it was the issuer's page. What this page still writes into its address while it starts may interrupt the wait, not the way.
    await Promise.all([page.waitForURL(`${services.issuer.url}/**`), page.goBack().catch(() => undefined)]);
    expect(await page.content()).not.toContain('Zanarienvogel');
    await page.goto('/patients');
    expect(await visit.heading(page)).toBe('Sign in');
  });

  it('unlocks to where it was, for whoever shows who they are', async () => {
    const page = await visit.open('/sign-in?why=locked&to=%2Fpatients%2Fnew');
    await expectAccessible(page);
    await signIn(page, 'frida', 'Unlock');
    await page.waitForURL('**/patients/new');
  });

  it('leaves a page that nobody uses without JavaScript, too', async () => {
    const page = await (await visit.get(await visit.cookieOf('clara'), '/patients/new')).text();
    expect(page).toMatch(/<noscript><meta http-equiv="refresh" content="905; url=\/sign-in\?why=locked&amp;to=%2Fpatients%2Fnew"\/><\/noscript>/u); // prettier-ignore
  });

  it('has the account in view at every width', async () => {
    const page = await visit.open('/patients');
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
