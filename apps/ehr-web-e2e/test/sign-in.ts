import type { Browser, Page } from 'playwright-core';

/** Signs somebody of the development issuer in, from the page that asks for it. */
export async function signIn(page: Page, name: string, button = 'Sign in'): Promise<void> {
  await page.getByRole('link', { name: button }).click();
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Password').fill('demo');
  await page.getByRole('button', { name: 'Go on' }).click();
}

/** What a browser keeps in which somebody has signed in. */
export async function signedInAs(browser: Browser, url: string, name: string) {
  const context = await browser.newContext({ baseURL: url });
  const page = await context.newPage();
  await page.goto('/patients');
  await signIn(page, name);
  await page.waitForURL(`${url}/patients`);
  const state = await context.storageState();
  await context.close();
  return state;
}
