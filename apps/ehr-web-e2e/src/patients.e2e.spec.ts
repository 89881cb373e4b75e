import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { signedInAs } from '../test/sign-in.ts';
import { type Services, startServices } from '../test/start-services.ts';

/** Names that appear nowhere else, so that every log line can be searched for them. */
const CANARY = 'Zanarienvogel';

describe.skipIf(!requireOrSkip('chromium'))('patients in a browser', () => {
  let services: Services;
  let browser: Browser;
  let complaints: string[];
  let signedIn: Awaited<ReturnType<typeof signedInAs>>;
  beforeAll(async () => {
    [services, browser] = await Promise.all([startServices(), openBrowser()]);
    signedIn = await signedInAs(services.web.url, 'frida');
  });
  afterAll(async () => {
    await browser.close();
    await services.stop();
  });
  afterEach(() => expect(complaints, 'what the browser complained about').toEqual([]));

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({
      baseURL: services.web.url,
      storageState: signedIn,
      ...options,
    });
    const page = await context.newPage();
    complaints = [];
    page.on('console', (message) => {
      // Another test's engine made a network at that moment; what is shown is judged all the same.
      const isOfMachine = message.text().endsWith('net::ERR_NETWORK_CHANGED');
      if (message.type() === 'error' && !isOfMachine) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(services.web.url)) complaints.push(`asked ${request.url()}`);
    });
    await page.goto(path);
    return page;
  };
  const register = async (page: Page, family: string, mrn: string): Promise<void> => {
    await page.getByLabel('Given names').fill('Anna Maria');
    await page.getByLabel('Family name').fill(family);
    await page.getByLabel('Date of birth').fill('1980-05-17');
    await page.getByLabel('Sex').selectOption('female');
    await page.getByLabel('Record number (MRN)').fill(mrn);
    await page.getByRole('button', { name: 'Register patient' }).click();
    await page.getByText('Patient registered').waitFor();
  };
  const names = (page: Page) => page.locator('tbody a').allTextContents();

  it('invites to register the first patient', async () => {
    const page = await open('/');
    await page.getByRole('heading', { name: 'No patients yet' }).waitFor();
    await expectAccessible(page);
  });

  it.each([
    ['with JavaScript', { javaScriptEnabled: true }, 'B1'],
    ['without JavaScript', { javaScriptEnabled: false }, 'B2'],
  ])('registers a patient and finds them by name, MRN and birth date, %s', async (_title, options, mrn) => {
    const family = `${CANARY}-${mrn}`;
    const page = await open('/patients', options);
    await page
      .getByRole('link', { name: /^Register/u })
      .first()
      .click();
    await register(page, family, mrn);
    expect(await page.getByRole('region', { name: 'Patient' }).textContent()).toMatch(
      new RegExp(`${family}, Anna Maria.*Female.*17 May 1980.*${mrn}`, 'u'),
    );
    for (const [label, value] of [
      ['Name', `anna ${CANARY.slice(0, 6).toUpperCase()}`],
      ['Record number (MRN)', mrn],
      ['Date of birth', '1980-05-17'],
    ] as const) {
      await page.goto('/patients');
      await page.getByLabel(label).fill(value);
      await page.getByRole('button', { name: 'Search' }).click();
      await page.waitForURL(/\?search=[\w-]{43}$/u);
      expect(await names(page), label).toContain(`${family}, Anna Maria`);
    }
    await page.goto('/patients');
    await page.getByLabel('Record number (MRN)').fill(mrn);
    await page.getByLabel('Date of birth').fill('1980-05-18');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.waitForURL(/\?search=/u);
    expect(await page.getByRole('heading', { name: 'No patient matches' }).count()).toBe(1);
  });

  it('does all of it by keyboard, starting at the skip link', async () => {
    const page = await open('/patients');
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Register patient');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/patients/new');
    await page.getByLabel('Given names').focus();
    await page.keyboard.type('Key');
    await page.keyboard.press('Tab');
    await page.keyboard.type(`${CANARY}-K`);
    await page.keyboard.press('Tab');
    await page.keyboard.type('05171980');
    await page.getByLabel('Sex').focus();
    await page.keyboard.type('Fem');
    await page.keyboard.press('Tab');
    await page.keyboard.type('K1');
    await page.keyboard.press('Enter');
    await page.getByText('Patient registered').waitFor();
    await page.goto('/patients');
    await page.getByLabel('Name').focus();
    await page.keyboard.type(`${CANARY}-K`);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\?search=[\w-]{43}$/u);
    await page.getByRole('link', { name: `${CANARY}-K, Key` }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/patients\/[0-9a-f-]{36}$/u);
  });

  it.each([[true], [false]])(
    'says what is wrong beside the field and keeps what was typed (JavaScript %s)',
    async (javaScriptEnabled) => {
      const page = await open('/patients/new', { javaScriptEnabled });
      await page.getByLabel('Family name').fill(CANARY);
      await page.getByLabel('Date of birth').fill('2990-01-01');
      await page.getByRole('button', { name: 'Register patient' }).click();
      await page.getByText('The patient is not registered yet').waitFor();
      expect(await page.getByLabel('Family name').inputValue()).toBe(CANARY);
      const birthDate = page.getByLabel('Date of birth');
      expect(await birthDate.getAttribute('aria-invalid')).toBe('true');
      expect(await birthDate.getAttribute('aria-describedby')).toContain('birthDate-error');
      expect(page.url()).not.toContain(CANARY);
      await page.goto('/patients/new');
      expect(await page.getByLabel('Family name').inputValue()).toBe('');
    },
  );

  it('does not give one record number to two patients', async () => {
    const page = await open('/patients/new');
    await register(page, `${CANARY}-D`, 'D1');
    await page.goto('/patients/new');
    await page.getByLabel('Record number (MRN)').fill('D1');
    for (const [label, value] of [['Given names', 'B'], ['Family name', CANARY], ['Date of birth', '1990-01-01']] as const) await page.getByLabel(label).fill(value); // prettier-ignore
    await page.getByLabel('Sex').selectOption('male');
    await page.getByRole('button', { name: 'Register patient' }).click();
    await page.getByText('belongs to a patient already').first().waitFor();
  });

  it.each([
    ['light', 1440],
    ['light', 390],
    ['light', 320],
    // Colours do not depend on the width.
    ['dark', 1440],
  ] as const)('has no accessibility violations in %s colours, %d px wide', async (colorScheme, width) => {
    const page = await open('/patients/new', { colorScheme });
    await page.setViewportSize({ width, height: 900 });
    await page.getByRole('button', { name: 'Register patient' }).click();
    await page.getByText('The patient is not registered yet').waitFor();
    await expectAccessible(page);
    await register(page, `${CANARY}-${colorScheme}`, `A-${colorScheme}-${width}`);
    const patient = new URL(page.url()).pathname;
    for (const path of ['/patients', '/patients?search=over', patient, `${patient}?registered`]) {
      await page.goto(path);
      await page.getByRole('button', { name: /^Use .* colours$/u }).waitFor();
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
    }
  });

  it('refuses a form that another site sent', async () => {
    const body = new URLSearchParams({ family: CANARY });
    for (const headers of [{ origin: 'http://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
      const answer = await fetch(`${services.web.url}/patients/register`, { method: 'POST', body, headers, redirect: 'manual' }); // prettier-ignore
      expect(answer.status).toBe(403);
    }
  });

  it('has printed JSON lines only, without a word about patients', () => {
    const lines = [...services.web.lines(), ...services.api.lines()];
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    expect(lines.join('\n')).not.toMatch(new RegExp(CANARY, 'iu'));
  });
});
