import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { chromiumPath } from './chromium-path.ts';

/** A real headless Chromium that calls nobody but the page. */
export async function openBrowser(): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return browser.on('context', (context) => context.on('page', goOnWhenNetworkChanges));
}

/**
 * Chromium gives up a connection that it is just opening when the machine gets an address, and each container brings one. Its
 * page of that error loads what failed again by itself.
 */
function goOnWhenNetworkChanges(page: Page): void {
  const go = page.goto.bind(page);
  page.goto = async (...args) => {
    let retried = /ERR_NETWORK_CHANGED/;
    for (;;)
      try {
        return await go(...args);
      } catch (error) {
        if (!retried.test(String(error))) throw error;
        retried = /ERR_NETWORK_CHANGED|interrupted by another navigation/;
      }
  };
}

/** Fails with the rule and the element for everything axe finds wrong by WCAG 2.2 AA and good practice. */
export async function expectAccessible(page: Page): Promise<void> {
  // Legacy: in the page itself, without a second page for what frames of other origins tell; no page here has a frame.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  expect(found, `axe on ${page.url()}`).toEqual([]);
}
