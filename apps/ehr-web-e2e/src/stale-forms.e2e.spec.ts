import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsOf } from '../test/records.ts';
import { signIn } from '../test/sign-in.ts';
import { type Services, startServices } from '../test/start-services.ts';
import { visiting } from '../test/visit.ts';

describe.skipIf(!requireOrSkip('chromium'))('pages of who was signed in before', () => {
  let services: Services;
  let browser: Browser;
  let records: ReturnType<typeof recordsOf>;
  let visit: ReturnType<typeof visiting>;
  beforeAll(async () => {
    [services, browser] = await Promise.all([startServices(), openBrowser()]);
    [records, visit] = [recordsOf(services), visiting(services, browser)];
    await records.put({ resourceType: 'Patient', id: 'stale' });
  });
  afterAll(async () => {
    await browser.close();
    await services.stop();
  });

  const total = async (query: string) => (await records.get(`${query}&_total=accurate&_count=0`)).body.total;
  const fill = async (page: Page, mrn: string) => {
    for (const [label, value] of [['Given names', 'Anna'], ['Family name', 'Zanarienvogel'], ['Date of birth', '1980-05-17'], ['Record number (MRN)', mrn]] as const) await page.getByLabel(label).fill(value); // prettier-ignore
    await page.getByLabel('Sex').selectOption('female');
  };
  const signOut = async (page: Page, button = 'Sign out') => {
    await page.locator('summary').click();
    await page.getByRole('button', { name: button, exact: true }).click();
  };

  it('send nothing in the name of whoever signs in after, without JavaScript', async () => {
    const [own, name] = [await visit.open('/patients/new', false), 'clara'];
    await signIn(own, name);
    await own.waitForURL('**/patients/new');
    await fill(own, 'S-1');
    const pages = new Map<string, Page>();
    for (const path of [
      '/patients',
      '/patients/stale/break-glass',
      '/patients?out',
      '/patients?everywhere',
    ]) {
      const page = await own.context().newPage();
      await page.goto(path);
      pages.set(path, page);
    }
    const at = (path: string) => pages.get(path) as Page;
    const other = await own.context().newPage();
    await other.goto('/patients');
    await signOut(other);
    // The issuer of these tests asks whoever was somebody else before by a page that needs JavaScript.
    await own.context().clearCookies();
    await other.goto('/patients');
    await signIn(other, 'frida');
    await other.waitForURL('**/patients');

    await own.getByRole('button', { name: 'Register patient' }).click();
    await own.waitForURL('**/not-sent?to=%2Fpatients%2Fnew');
    expect(await visit.heading(own)).toBe('Nothing was saved');
    expect(await own.getByRole('alert').textContent()).toContain('signed in here as Frida Frontdesk');
    expect(await total('Patient?family=Zanarienvogel')).toBe(0);

    const search = at('/patients');
    await search.getByLabel('Name').fill('Zanarienvogel');
    await search.getByRole('button', { name: 'Search' }).click();
    expect(await visit.heading(search)).toBe('Nothing was saved');

    const glass = at('/patients/stale/break-glass');
    await glass.getByLabel('Reason').fill('of somebody else');
    await glass.getByRole('button', { name: 'Open restricted records' }).click();
    expect(await visit.heading(glass)).toBe('Nothing was saved');
    expect(await total('AuditEvent?type=110113')).toBe(0);

    // Other computers of whoever is signed in now stay as they are; this one is left, whoever asks for it.
    const everywhere = at('/patients?everywhere');
    await signOut(everywhere, 'Sign out everywhere');
    expect(await visit.heading(everywhere)).toBe('Nothing was saved');
    await other.goto('/patients');
    expect(await visit.heading(other)).toBe('Patients');
    await own.getByRole('link', { name: 'Load it again' }).click();
    await fill(own, 'S-2');
    await own.getByRole('button', { name: 'Register patient' }).click();
    await own.getByText('Patient registered').waitFor();
    expect(await total('Patient?family=Zanarienvogel')).toBe(1);
    await signOut(at('/patients?out'));
    await other.goto('/patients');
    expect(await visit.heading(other)).toBe('Sign in');
  });

  it('count for their own session alone, also of the same person', async () => {
    const [one, two] = [await visit.cookieOf('frida'), await visit.cookieOf('frida')];
    const [mark, foreign] = [await visit.markOf(one), await visit.markOf(two)];
    expect(mark).toMatch(/^[\w-]{43}$/u);
    expect([one.includes(mark), mark === foreign, mark === (await visit.markOf(one))]).toEqual([false, false, true]); // prettier-ignore
    for (const session of ['', foreign, `${mark}A`, one.split('=')[1] ?? '']) {
      const answer = await visit.post(one, '/patients/search', { session, name: 'x' });
      expect(answer.headers.get('location'), session).toBe('/not-sent?to=%2Fpatients');
    }
    expect((await visit.post(one, '/patients/search', { name: 'x' })).headers.get('location')).toContain('?search='); // prettier-ignore
  });

  it('are told of on a page that everybody can use, and that leads nowhere else', async () => {
    const page = await visit.open('/not-sent?to=//evil.example');
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Load it again' }).click();
    await page.waitForURL(`${services.web.url}/sign-in?to=%2Fpatients`);
  });
});
