import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BoardWorld, createBoardWorld, tellStory } from '../test/board-world.ts';
import { serveBoard, type ServedBoard } from './serve-board.ts';
import { writeBoard } from './write-board.ts';

describe.skipIf(!requireOrSkip('chromium'))('the board in a browser', () => {
  let browser: Browser;
  let world: BoardWorld;
  let board: ServedBoard;
  let complaints: string[];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    complaints = [];
    world = createBoardWorld();
    board = await serveBoard(world.ports, { port: 0, refreshMs: 50 });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await board.stop();
    expect(complaints, 'what the browser complained about').toEqual([]);
  });

  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await (await browser.newContext(options)).newPage();
    page.on('console', (message) => {
      const isOfMachine = message.text().endsWith('net::ERR_NETWORK_CHANGED');
      if (message.type() === 'error' && !isOfMachine) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('dialog', (dialog) => complaints.push(`a dialog: ${dialog.message()}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(board.url) && !request.url().startsWith('data:'))
        complaints.push(`asked ${request.url()}`);
    });
    await page.goto(`${board.url}/${path}`);
    return page;
  };
  const cell = (page: Page, service: string, environment: string) =>
    page.locator(`tr:has(th:has-text("${service}")) td[data-environment="${environment}"]`);
  /** The board gives an answer of five seconds ago; here time passes only when a test says so. */
  const later = () => world.later(60_000);

  it('follows the story without being reloaded', async () => {
    const page = await open('');
    const api = (environment: string) => cell(page, 'ehr-api', environment);
    await api('dev').getByText('runs nothing').waitFor();
    world.commit('ehr-api', 'Feature');
    await world.ship('ehr-api', 'dev');
    later();
    await api('dev').getByText('Feature').waitFor();
    await api('dev').getByText('verified now').waitFor();
    expect(await api('prod').textContent()).toContain('runs nothing');
    await world.ship('ehr-api', 'staging');
    await world.ship('ehr-api', 'prod', 'v1.0.0');
    later();
    await api('prod').getByText('1.0.0', { exact: true }).waitFor();
    world.commit('ehr-api', 'Break it');
    const bad = world.of('ehr-api', 'prod').world;
    bad.sick.push(bad.built);
    expect(await world.ship('ehr-api', 'prod')).toBe('rolled-back');
    later();
    // What was undone never shows as what runs.
    expect(await api('prod').textContent()).toContain('1.0.0');
    world.commit('ehr-api', 'Second feature');
    await world.ship('ehr-api', 'prod', 'v1.1.0');
    later();
    await api('prod').getByText('1.1.0', { exact: true }).waitFor();
    await world.rollback('ehr-api', 'prod', 'v1.0.0');
    later();
    await api('prod').getByText('rollback to v1.0.0').waitFor();
    expect(await api('prod').textContent()).toContain('frozen');
  });

  it('shows drift, a dead registry and a deploy under way, each in its own cell', async () => {
    await tellStory(world);
    const page = await open('');
    await cell(page, 'ehr-api', 'prod').getByText('verified now').waitFor();
    world.of('ehr-api', 'dev').world.tags['dev'] = `sha256:${'c'.repeat(64)}`;
    world.of('ehr-api', 'staging').world.identities[world.of('ehr-api', 'staging').world.built] = 'x';
    world.work('ehr-api', 'staging', 'await-rollout', 'https://github.com/acme/ehr/actions/runs/7');
    world.silence('ehr-web');
    later();
    await cell(page, 'ehr-api', 'dev').getByText('tag dev names cccccccccccc').waitFor();
    const busy = cell(page, 'ehr-api', 'staging');
    await busy.getByText('deploy under way').waitFor();
    await busy.getByText('await-rollout').waitFor();
    await busy.getByRole('link', { name: 'github.com/acme/ehr/actions/runs/7' }).waitFor();
    const dead = cell(page, 'ehr-web', 'prod');
    await dead.getByText('cannot be read').waitFor();
    await dead.getByText('The registry 127.0.0.1:5050 does not answer.').waitFor();
    // What was seen last is still told, as what it is.
    await dead.getByText('seen last').waitFor();
    expect(await cell(page, 'ehr-api', 'prod').textContent()).toContain('verified now');
    await expectAccessible(page);
  });

  it('shows hostile text as text', async () => {
    const hostile = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\u202Egnp.exe\u0007 {{7*7}} javascript:alert(3)`;
    world.commit('ehr-api', hostile);
    await world.ship('ehr-api', 'dev');
    await world.ship('ehr-api', 'staging');
    world.commit('ehr-api', `${hostile} again`);
    await world.ship('ehr-api', 'dev');
    world.work('ehr-api', 'prod', hostile, 'javascript:alert(4)');
    const { documents } = world.of('ehr-api', 'dev').world;
    for (const [tag, text] of Object.entries(documents))
      documents[tag] = text.replaceAll('"reason":"deploy"', `"reason":${JSON.stringify(hostile)}`);
    for (const path of ['', 'between-dev-staging.html', 'timeline-ehr-api-30.html']) {
      const page = await open(path);
      const text = (await page.locator('main').textContent()) ?? '';
      expect(text).toContain('<img src=x onerror=alert(1)><script>alert(2)</script>');
      expect(text).not.toMatch(/[\u202E\u0007]/);
      expect(await page.locator('main img, main script, a[href^="javascript:"]').count()).toBe(0);
    }
  });

  it.each<[string, BrowserContextOptions, readonly string[]]>([
    ['light', { colorScheme: 'light' }, ['', '?environment=prod', 'between', 'timeline', 'image']],
    ['dark', { colorScheme: 'dark' }, ['', 'timeline']],
    ['on a phone', { viewport: { width: 360, height: 700 } }, ['', 'between', 'timeline', 'image']],
    ['without JavaScript', { javaScriptEnabled: false }, ['', 'between', 'timeline', 'image']],
  ])('has no barrier: %s', async (_name, options, pages) => {
    await tellStory(world);
    const paths: Readonly<Record<string, string>> = {
      between: 'between-staging-prod.html',
      timeline: 'timeline-ehr-api-30.html',
      image: `image-ehr-api-${world.of('ehr-api', 'prod').world.running?.image.digest.slice(7, 19) ?? ''}.html`,
    };
    for (const name of pages) {
      const page = await open(paths[name] ?? name, options);
      expect(await page.title()).toMatch(/ · EHR Connect board$/);
      if (options.colorScheme !== undefined) await expectAccessible(page);
      const width = options.viewport?.width;
      // What is wide scrolls by itself; the page does not.
      if (width !== undefined)
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    }
  });

  it('is used by the keyboard alone, and keeps the place when something changes', async () => {
    await tellStory(world);
    const page = await open('');
    const link = cell(page, 'ehr-api', 'prod').getByRole('link').first();
    await link.focus();
    const before = await link.textContent();
    world.of('ehr-web', 'dev').world.tags['dev'] = `sha256:${'c'.repeat(64)}`;
    later();
    await cell(page, 'ehr-web', 'dev').getByText('tag dev names').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(before);
    await page.keyboard.press('Enter');
    await page.waitForURL(/image-ehr-api-\w{12}\.html$/);
    await page.getByLabel('Name contains').fill('fast');
    await page.keyboard.press('Enter');
    await page.getByText('1 of 3').waitFor();
  });

  it('is the same as files, which need no server', async () => {
    await tellStory(world);
    const folder = await mkdtemp(join(tmpdir(), 'ehr-board-'));
    try {
      await writeBoard(world.ports, folder);
      const page = await (await browser.newContext()).newPage();
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      await page.goto(pathToFileURL(join(folder, 'index.html')).href);
      await page.getByText('a copy that does not refresh').waitFor();
      const visited = new Set<string>();
      const next = [page.url()];
      for (let url = next.pop(); url !== undefined; url = next.pop()) {
        if (visited.has(url)) continue;
        visited.add(url);
        await page.goto(url);
        expect(await page.locator('h1').count(), url).toBe(1);
        // The page's own style is not kept out by its policy.
        expect(await page.locator('header').evaluate((header) => getComputedStyle(header).display)).toBe(
          'flex',
        );
        const links = await page
          .locator('a[href$=".html"]')
          .evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
        next.push(...links);
      }
      // Two services: overview, walls, comparisons, timelines, images.
      expect(visited.size).toBeGreaterThan(18);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
