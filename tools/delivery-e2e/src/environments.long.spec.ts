import { requireOrSkip } from '@ehr/testing-sandbox';
import { expectAccessible, openBrowser } from '@ehr/testing-sandbox/browser';
import {
  type Checkout,
  checkOut,
  type DeliveryWorld,
  type DokployWorld,
  startDeliveryWorld,
  startDokployWorld,
} from '@ehr/testing-worlds';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BoardOfCheckout, openBoard } from './board-of-checkout.ts';
import { type Walk, walkEnvironments } from './walk-environments.ts';

describe.skipIf(!requireOrSkip('engine') || !requireOrSkip('registry') || !requireOrSkip('chromium'))(
  'a release’s way through the environments',
  () => {
    let world: DeliveryWorld;
    let dokploy: DokployWorld;
    let checkout: Checkout;
    let walk: Walk;
    let browser: Browser;
    let board: BoardOfCheckout;
    /** Act → what the board shows of ehr-api in prod right after it. */
    const shown = new Map<string, string>();
    beforeAll(async () => {
      world = await startDeliveryWorld();
      checkout = await checkOut('walk');
      dokploy = await startDokployWorld(world, ['dev', 'staging', 'prod']);
      browser = await openBrowser();
      const page = await browser.newPage();
      walk = await walkEnvironments(world, dokploy, checkout, async ({ title }) => {
        board ??= await openBoard(checkout.directory);
        await page.goto(board.url);
        const cell = page.locator('tr:has(th:has-text("ehr-api")) td[data-environment="prod"]');
        shown.set(title, ((await cell.textContent()) ?? '').replace(/\s+/g, ' '));
        // Nobody looks during the next act: the registry would not be asked again for a minute.
        await page.goto('about:blank');
      });
    }, 900_000);
    afterAll(async () => {
      await browser.close();
      await board.stop();
      await checkout.remove();
      await dokploy.stop();
      await world.stop();
    });

    const act = (title: string) => walk.acts.find((one) => one.title === title);
    const digestOf = (title: string) => act(title)?.report?.image?.split('@')[1];
    const steps = (title: string) =>
      Object.fromEntries((act(title)?.report?.steps ?? []).map(({ kind, outcome }) => [kind, outcome]));

    it('ships one digest to dev, staging and prod, built once, with no layer sent twice', () => {
      const titles = ['push to develop', 'merge to staging', 'merge to main', 'tag v1.0.0'];
      expect(titles.map((title) => [title, act(title)?.report?.error])).toEqual(
        titles.map((title) => [title, null]),
      );
      expect(new Set(titles.map(digestOf)).size).toBe(1);
      expect(titles.map((title) => steps(title)['build-image'])).toEqual([
        'done',
        'skipped',
        'skipped',
        'skipped',
      ]);
      expect(titles.slice(1).map((title) => act(title)?.report?.sentBytes)).toEqual([0, 0, 0]);
    });

    it('gives a version to what prod runs already, without a rollout', () => {
      expect(act('tag v1.0.0')?.report?.outcome).toBe('unchanged');
      expect([walk.tags['v1.0.0'], walk.tags['1.0.0']]).toEqual([
        digestOf('merge to main'),
        digestOf('merge to main'),
      ]);
    });

    it('puts the old release back after a bad one, blocks it, and refuses it by name the next time', () => {
      expect(act('a bad release')).toMatchObject({
        exitCode: 1,
        report: { outcome: 'rolled-back', verdict: 'crash-looping', error: { code: 'SERVICE_CRASHES' } },
      });
      expect(act('the bad release again')).toMatchObject({ exitCode: 1, report: null });
      expect(act('the bad release again')?.said).toContain('IMAGE_BLOCKED');
    });

    it('applies a reviewed plan once; the second time the world has changed', () => {
      expect(act('a plan for v1.1.0, to be reviewed')).toMatchObject({ exitCode: 0, report: null });
      expect(act('a plan for v1.1.0, to be reviewed')?.said).toContain('"subject": "Second feature"');
      expect(act('tag v1.1.0, as reviewed')).toMatchObject({ exitCode: 0, report: { outcome: 'deployed' } });
      expect(act('the same plan once more')?.said).toContain('PLAN_CHANGED');
    });

    it('rolls back to a version without a build, and freezes prod for CI', () => {
      expect(act('roll back to v1.0.0')).toMatchObject({
        exitCode: 0,
        report: { outcome: 'deployed', sentBytes: 0 },
      });
      expect(digestOf('roll back to v1.0.0')).toBe(digestOf('tag v1.0.0'));
      expect(act('CI deploys main again')?.said).toContain('ENVIRONMENT_FROZEN');
    });

    it('releases v1.0.1 late: prod runs it and latest follows, 1 stays with v1.1.0', () => {
      expect(act('tag v1.0.1, letting prod go')?.report).toMatchObject({ outcome: 'deployed', error: null });
      const [older, newer] = [digestOf('tag v1.0.1, letting prod go'), digestOf('tag v1.1.0, as reviewed')];
      expect(older).not.toBe(newer);
      expect(['prod', 'latest', '1.0', 'v1.0.1', '1', '1.1'].map((tag) => walk.tags[tag])).toEqual([
        older,
        older,
        older,
        older,
        newer,
        newer,
      ]);
    });

    it('deploys with a key that may only deploy, and shows it nowhere', () => {
      const keys = dokploy.environments.map(({ variables }) => variables['DOKPLOY_API_KEY'] ?? 'none');
      expect(new Set(keys)).not.toContain(dokploy.fake.ownerKey);
      const said = walk.acts.map((one) => one.said).join('');
      for (const key of [...keys, dokploy.fake.ownerKey]) expect(said).not.toContain(key);
    });

    it('tells what each environment runs, verified by the service itself, without drift', () => {
      const short = (title: string) => digestOf(title)?.slice(7, 19);
      expect(
        walk.status.map(({ environment, image, verified, drift }) => [environment, image, verified, drift]),
      ).toEqual([
        ['dev', short('push to develop'), true, []],
        ['staging', short('merge to staging'), true, []],
        ['prod', short('tag v1.0.1, letting prod go'), true, []],
      ]);
    });

    it('shows each act on the board, and no drift', async () => {
      const prod = (title: string) => shown.get(title) ?? '';
      expect(prod('push to develop')).toContain('runs nothing');
      expect(prod('merge to main')).toContain('Feature');
      // Undone: what ran before still does.
      expect(prod('a bad release')).toContain('Feature');
      expect(prod('tag v1.1.0, as reviewed')).toContain('1.1.0');
      expect(prod('roll back to v1.0.0')).toMatch(/1\.0\.0 .*frozen rollback to v1\.0\.0/);
      expect(prod('tag v1.0.1, letting prod go')).toMatch(/1\.0\.1 .*Hotfix/);
      const running = [...shown].filter(([, text]) => /[0-9a-f]{12}/.test(text));
      for (const [title, text] of running) expect(text, title).toContain('✓ verified now');
      const page = await (await browser.newContext()).newPage();
      await page.goto(board.url);
      expect(await page.locator('.drift').count()).toBe(0);
      await expectAccessible(page);
    });

    it('remembers all of it in the registry, newest first', () => {
      expect(walk.history.map(({ kind, version }) => `${kind} ${version}`)).toEqual([
        'released 1.0.1',
        'unfrozen 1.0.1',
        'released 1.0.0',
        'frozen 1.0.0',
        'released 1.1.0',
        'blocked unversioned',
        'released 1.0.0',
        'released unversioned',
      ]);
      expect(walk.history.find(({ kind }) => kind === 'unfrozen')?.reason).toBe('the hotfix is here');
    });
  },
);
