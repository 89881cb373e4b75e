import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordsOf } from '../test/records.ts';
import { signedInAs } from '../test/sign-in.ts';
import { type Services, startServices } from '../test/start-services.ts';
import { visiting } from '../test/visit.ts';

const REASON = 'Zanarienvogel: unconscious in the shock room';
const RESTRICTED = { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] } }; // prettier-ignore

const patientOf = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, birthDate: '1980-05-17', gender: 'female', name: [{ family: `Family-${id}`, given: ['Anna'] }], ...more }); // prettier-ignore
const observationOf = (id: string) => ({ resourceType: 'Observation', id: `secret-${id}`, status: 'final', code: { text: 'x' }, subject: { reference: `Patient/${id}` }, ...RESTRICTED }); // prettier-ignore

describe.skipIf(!requireOrSkip('chromium'))('restricted records in a browser', () => {
  let services: Services;
  let browser: Browser;
  let records: ReturnType<typeof recordsOf>;
  let visit: ReturnType<typeof visiting>;
  const states = new Map<string, Awaited<ReturnType<typeof signedInAs>>>();
  beforeAll(async () => {
    [services, browser] = await Promise.all([startServices(), openBrowser()]);
    records = recordsOf(services);
    visit = visiting(services, browser);
    for (const name of ['clara', 'frida']) states.set(name, await signedInAs(services.web.url, name));
    for (const id of ['shown', 'shown-js', 'other', 'desk', 'wide'])
      expect([await records.put(patientOf(id)), await records.put(observationOf(id))]).toEqual([201, 201]);
    for (const id of ['hidden', 'hidden-js', 'hidden-two']) await records.put(patientOf(id, RESTRICTED));
  });
  afterAll(async () => {
    await browser.close();
    await services.stop();
  });

  const open = async (path: string, options: BrowserContextOptions = {}, name = 'clara'): Promise<Page> => {
    const storageState = states.get(name);
    const context = await browser.newContext({ baseURL: services.web.url, ...(storageState && { storageState }), ...options }); // prettier-ignore
    const page = await context.newPage();
    await page.goto(path);
    return page;
  };
  const ask = async (page: Page, reason = REASON, minutes = '30') => {
    await page.getByLabel('Reason').fill(reason);
    await page.getByLabel('Open for').selectOption(minutes);
    await page.getByRole('button', { name: 'Open restricted records' }).click();
  };
  const notice = (page: Page) => page.getByRole('status').filter({ hasText: 'Restricted records are open to you until' }); // prettier-ignore
  const alerts = async (patient: string) =>
    (await records.get(`AuditEvent?type=110113&patient=Patient/${patient}`)).body.entry?.map(({ resource }) => resource) ?? []; // prettier-ignore

  it.each([
    [true, 'shown-js'],
    [false, 'shown'],
  ])('are opened from the chart, with a reason (JavaScript %s)', async (javaScriptEnabled, id) => {
    const token = await records.tokenOf('clara');
    expect((await records.get(`Observation/secret-${id}`, token)).status).toBe(404);
    const page = await open(`/patients/${id}`, { javaScriptEnabled });
    expect(await notice(page).count()).toBe(0);
    await page.getByRole('link', { name: 'Open restricted records' }).click();
    expect(await page.getByText(`Family-${id}, Anna`).count()).toBe(1);
    await ask(page);
    await page.waitForURL(`**/patients/${id}`);
    // With JavaScript it is the time of whoever reads it, else that of the server with its zone.
    await page.getByText(javaScriptEnabled ? /until \d\d:\d\d · recorded$/u : /until \d\d:\d\d \S+ · recorded$/u).waitFor(); // prettier-ignore
    const at = Date.parse((await notice(page).locator('time').getAttribute('datetime')) ?? '');
    expect(Math.abs(at - Date.now() - 30 * 60_000)).toBeLessThan(60_000);
    expect((await records.get(`Observation/secret-${id}`, token)).status).toBe(200);
    expect(await alerts(id)).toMatchObject([{ outcome: '0', agent: [{ who: { identifier: { value: 'clara' } } }, {}], entity: [{ description: REASON }] }]); // prettier-ignore
    await page.goto('/patients/other');
    expect(await notice(page).count()).toBe(0);
  });

  it.each([
    [true, 'hidden-js'],
    [false, 'hidden'],
  ])('of a patient who is hidden are opened by their address (JavaScript %s)', async (javaScriptEnabled, id) => {
    const page = await open(`/patients/${id}`, { javaScriptEnabled });
    expect(await visit.heading(page)).toBe('Nothing here');
    await page.getByRole('link', { name: 'Open restricted records' }).click();
    expect(await page.content()).not.toContain('Family-');
    await ask(page, REASON, '15');
    await page.waitForURL(`**/patients/${id}`);
    expect(await visit.heading(page)).toContain(`Family-${id}, Anna`);
    await notice(page).waitFor();
  }); // prettier-ignore

  it('does not tell whether there is such a patient before they are opened', async () => {
    const cookie = await visit.cookieOf('clara');
    const told = async (id: string, path = '') => {
      const answer = await visit.get(cookie, `/patients/${id}${path}`);
      const text = (await answer.text()).replaceAll(id, 'ID').replaceAll(/nonce="[^"]*"|[\w+/-]{22}==/gu, '');
      return [answer.status, text.replaceAll(/<script.*?<\/script>/gsu, '')];
    };
    // Its status says it as well.
    for (const id of ['absent-two', 'hidden-two']) expect((await told(id))[0]).toBe(404);
    expect((await visit.get(cookie, '/patients/other')).status).toBe(200);
    for (const path of ['', '/break-glass']) expect(await told('absent-two', path)).toEqual(await told('hidden-two', path)); // prettier-ignore
    const page = await open('/patients/absent-two/break-glass');
    await ask(page);
    await page.getByText('There is no patient at this address').waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe(REASON);
  });

  it.each([[true], [false]])('are not opened without a reason, and what was typed is kept (JavaScript %s)', async (javaScriptEnabled) => {
    const page = await open('/patients/other/break-glass', { javaScriptEnabled });
    expect(await page.getByLabel('Open for').inputValue()).toBe('60');
    await ask(page, 'Zan', '15');
    await page.getByText('Nothing is opened yet').waitFor();
    const reason = page.getByLabel('Reason');
    expect([await reason.inputValue(), await page.getByLabel('Open for').inputValue()]).toEqual(['Zan', '15']);
    expect(await reason.getAttribute('aria-invalid')).toBe('true');
    expect(await reason.getAttribute('aria-describedby')).toContain('reason-error');
    expect(page.url()).not.toContain('Zan');
    expect(await alerts('other')).toEqual([]);
    // It is of this attempt alone.
    await page.goto('/patients/other/break-glass');
    expect(await page.getByLabel('Reason').inputValue()).toBe('');
  }); // prettier-ignore

  it('are not opened for longer than the record service allows', async () => {
    const page = await open('/patients/other/break-glass');
    await page.getByLabel('Open for').evaluate((select) => {
      const [first] = (select as HTMLSelectElement).options;
      if (first) first.value = '900';
    });
    await ask(page, REASON, '900');
    await page.getByText('Records are opened for 240 minutes at most here.').first().waitFor();
    expect(await page.getByLabel('Reason').inputValue()).toBe(REASON);
  });

  it('are opened by keyboard', async () => {
    const page = await open('/patients/hidden-two/break-glass');
    await page.getByLabel('Reason').focus();
    await page.keyboard.type(REASON);
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
    await notice(page).waitFor();
  });

  it('are offered to nobody at the desk, and refused', async () => {
    const page = await open('/patients/desk', {}, 'frida');
    expect(await visit.heading(page)).toContain('Family-desk');
    expect(await page.getByText('restricted').count()).toBe(0);
    await page.goto('/patients/hidden-two');
    expect(await visit.heading(page)).toBe('Nothing here');
    expect(await page.getByText('restricted').count()).toBe(0);
    await page.goto('/patients/desk/break-glass');
    expect(await visit.heading(page)).toBe('Your role does not let you open restricted records');
    const cookie = await visit.cookieOf('frida');
    for (const reason of [REASON, 'x']) {
      const answer = await visit.post(cookie, '/patients/desk/break-glass/open', { reason, minutes: '30' });
      expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []]);
    }
    expect(await alerts('desk')).toMatchObject([{ outcome: '8' }, { outcome: '8' }]);
  });

  it('are told of as open to that session and patient alone', async () => {
    const [clara, frida] = [await visit.cookieOf('clara'), await visit.cookieOf('frida')];
    const answer = await visit.post(clara, '/patients/other/break-glass/open', { reason: REASON, minutes: '15' }); // prettier-ignore
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/patients/other']);
    const set = answer.headers.getSetCookie().find((one) => one.startsWith('ehr-opened-chart=')) ?? '';
    expect(set).toMatch(/; Path=\/patients\/other; Max-Age=(?:900|89\d); HttpOnly; SameSite=Lax$/u);
    const cookie = set.split(';')[0];
    const isTold = async (own: string, id: string) => (await (await visit.get(`${own}; ${cookie}`, `/patients/${id}`)).text()).includes('are open to you until'); // prettier-ignore
    expect([await isTold(clara, 'other'), await isTold(clara, 'wide'), await isTold(frida, 'other')]).toEqual([true, false, false]); // prettier-ignore
    expect(await isTold(await visit.cookieOf('clara'), 'other')).toBe(false);
  });

  it.each([
    ['light', 320],
    ['dark', 1440],
  ] as const)('have no accessibility violations in %s colours, %d px wide', async (colorScheme, width) => {
    const page = await open('/patients/absent', { colorScheme, viewport: { width, height: 900 } });
    const check = async () => {
      await page.getByRole('button', { name: /^Use .* colours$/u }).waitFor();
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(0);
    };
    await check();
    await page.goto('/patients/absent/break-glass');
    await check();
    await page.goto('/patients/wide/break-glass');
    await ask(page, 'Zan');
    await page.getByText('Nothing is opened yet').waitFor();
    await check();
    await ask(page);
    await notice(page).waitFor();
    await check();
  });

  it('are in no line that was printed: no reason, no name, no record', () => {
    const lines = [...services.web.lines(), ...services.api.lines()];
    for (const line of lines) expect(JSON.parse(line)).toHaveProperty('level');
    expect(lines.join('\n')).not.toMatch(/Zan|Family-|hidden-two|ehr-session|eyJ/u);
  });
});
