import { type Page, request } from 'playwright-core';
import { expect } from 'vitest';

/** Signs somebody of the development issuer in, from the page that asks for it. */
export async function signIn(page: Page, name: string, button = 'Sign in'): Promise<void> {
  await page.getByRole('link', { name: button }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Go on' }).click();
}

/** What a browser keeps in which somebody has signed in; the way there by its addresses alone, no page is drawn. */
export async function signedInAs(url: string, name: string) {
  const browser = await request.newContext({ baseURL: url });
  const asked = await browser.get('/sign-in/start?to=%2Fpatients');
  const shown = await browser.post(asked.url(), { form: { name, password: 'demo' } });
  expect(shown.url()).toBe(`${url}/patients`);
  const state = await browser.storageState();
  await browser.dispose();
  return state;
}
