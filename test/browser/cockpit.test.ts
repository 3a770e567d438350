/**
 * The cockpit as its reader has it: the built page in a browser, its server as a process, an API server that comes and
 * goes. `FAULTFLIX_SCREENSHOTS=FOLDER` keeps a picture of every state.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, suite, test } from 'node:test';
import type { Page } from 'playwright-core';
import { completeStatus, experiment, injectStatus, live, platform } from '#dashboards/cockpit/testing/fixtures.ts';
import { type Browser, noChromium, openBrowser } from './support/chromium.ts';
import { FakeApi } from './support/fake-api.ts';
import { type PageProcess, startPage } from './support/page-process.ts';

const pictures = process.env.FAULTFLIX_SCREENSHOTS;
const BUILD_AND_START_MS = 180_000;

suite('the cockpit in a browser', { skip: noChromium }, () => {
  let folder: string;
  let api: FakeApi;
  let cockpit: PageProcess;
  let browser: Browser;
  let page: Page;

  before(
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'faultflix-cockpit-'));
      api = await FakeApi.start();
      const kubeconfig = await api.kubeconfig(join(folder, 'kubeconfig'));
      cockpit = await startPage({ dashboard: 'cockpit', kubeconfig, cache: join(folder, 'cache') });
      browser = await openBrowser({ origin: cockpit.url });
      page = browser.page;
    },
    { timeout: BUILD_AND_START_MS },
  );
  after(async () => {
    await browser?.close();
    await cockpit?.end();
    await api?.down();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    api.clear();
    browser.faults.length = 0;
  });

  const shows = (state: string) => page.waitForSelector(`[data-state="${state}"]`, { state: 'attached' });
  const reads = (words: string | RegExp) => page.getByText(words).first().waitFor();
  async function open(fragment: string, state: string): Promise<void> {
    await page.goto(cockpit.url + fragment);
    await shows(state);
  }
  async function picture(name: string): Promise<void> {
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
  const styleOf = (selector: string, property: string, pseudo?: string) =>
    page.evaluate<string>(
      `getComputedStyle(document.querySelector(${JSON.stringify(selector)}), ${JSON.stringify(pseudo)}).${property}`,
    );
  const unblemished = () => assert.deepEqual(browser.faults, []);

  test('empty, then live as soon as an experiment is there, then complete', async () => {
    await open('#/', 'empty');
    await picture('empty');
    for (const pod of platform(Date.now())) api.put('pods', pod);
    const createdMs = Date.now();
    for (let n = 24; n >= 0; n--) {
      const nowMs = Date.now();
      const figures = live(nowMs - n * 1_000, {
        errorRatio: n < 8 ? 0.004 : 0,
        sps: 4 + (n % 3),
        startupP95Ms: n < 8 ? 1_180 : 640,
      });
      api.put('experiments', experiment('first-light', createdMs, { ...injectStatus(nowMs), live: figures }));
    }
    await shows('running');
    await reads(/of 20 s/);
    await page.locator('.ff-chart canvas').nth(3).waitFor();
    await picture('live');
    api.put('experiments', experiment('first-light', createdMs, completeStatus(Date.now(), 'held')));
    await shows('complete');
    await page.waitForSelector('[data-run-outcome="held"]');
    await picture('held');
    unblemished();
  });

  test('each outcome has its own colour, and only held is the green one', async () => {
    const outcomes = ['held', 'deviated', 'inconclusive', 'aborted', 'residue'] as const;
    for (const outcome of outcomes) {
      api.put('experiments', experiment(`run-${outcome}`, Date.now(), completeStatus(Date.now(), outcome)));
    }
    await open('#/experiments', 'experiments');
    const colours = new Map<string, string>();
    for (const outcome of outcomes) {
      const label = `[data-outcome="${outcome}"] .pf-v6-c-label__content`;
      colours.set(outcome, await styleOf(label, 'backgroundColor', '::before'));
    }
    assert.equal(new Set(colours.values()).size, outcomes.length, JSON.stringify([...colours]));
    for (const [outcome, colour] of colours)
      assert.equal(isGreen(colour), outcome === 'held', `${outcome} is ${colour}`);
    await picture('experiments');
    for (const outcome of outcomes) {
      await page.getByRole('link', { name: `run-${outcome}` }).click();
      await page.waitForSelector(`[data-run-outcome="${outcome}"]`);
      const edge = await styleOf('#verdict', 'borderInlineStartColor');
      assert.equal(isGreen(edge), outcome === 'held', `${outcome} has an edge ${edge}`);
      await picture(outcome);
      await page.goBack();
    }
    unblemished();
  });

  test('error when the API goes away, over what was last known; live again when it is back', async () => {
    for (const pod of platform(Date.now())) api.put('pods', pod);
    api.put('experiments', experiment('first-light', Date.now(), injectStatus(Date.now())));
    await open('#/', 'running');
    await api.down();
    await shows('error');
    await reads(/The Kubernetes API does not answer\. What is shown is/);
    await shows('running');
    await picture('error');
    await open('#/platform', 'platform');
    await api.up();
    await page.waitForSelector('[data-health="live"]');
    await picture('platform');
    unblemished();
  });

  test('error when nothing was ever known: what and what to do', async () => {
    api.refusing = { collection: 'experiments', status: 404, reason: 'NotFound' };
    const other = await startPage({
      dashboard: 'cockpit',
      kubeconfig: join(folder, 'kubeconfig'),
      cache: join(folder, 'cache'),
    });
    const own = await openBrowser({ origin: other.url, colorScheme: 'dark' });
    try {
      await own.page.goto(other.url);
      await own.page.waitForSelector('[data-state="error"]');
      await own.page.getByText('This cluster does not know Experiments').waitFor();
      if (pictures) await own.page.screenshot({ path: join(pictures, 'error-not-ours-dark.png') });
      assert.deepEqual(own.faults, []);
    } finally {
      api.refusing = undefined;
      await own.close();
      await other.end();
    }
  });

  test('stale when nothing is heard for more than 5 s, with its age; then it catches up', async () => {
    api.put('experiments', experiment('first-light', Date.now(), injectStatus(Date.now())));
    await open('#/', 'running');
    cockpit.child.kill('SIGSTOP');
    try {
      await shows('stale');
      const title = await page.locator('[data-state="stale"]').textContent();
      assert.ok(Number(/last update (\d+) s ago/.exec(title ?? '')?.[1]) >= 5, title ?? '');
      await shows('running');
      await picture('stale');
    } finally {
      cockpit.child.kill('SIGCONT');
    }
    await page.waitForSelector('[data-health="live"]');
    unblemished();
  });

  test('by keyboard alone: past the frame, to another page, to a run; the colours are kept', async () => {
    api.put('experiments', experiment('first-light', Date.now(), completeStatus(Date.now(), 'inconclusive')));
    await open('#/experiments', 'experiments');
    await page.reload(); // forgets where the reader was
    await shows('experiments');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement?.textContent'), 'Skip to content');
    assert.equal(await tabTo('first-light'), true);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-run-outcome="inconclusive"]');
    await page.locator('#theme-dark').focus();
    await page.keyboard.press('Enter');
    await page.waitForSelector('html.pf-v6-theme-dark', { state: 'attached' });
    await page.reload();
    await page.waitForSelector('html.pf-v6-theme-dark [data-run-outcome="inconclusive"]');
    await picture('inconclusive-dark');
    await page.locator('#theme-system').click();
    unblemished();
  });

  async function tabTo(text: string): Promise<boolean> {
    for (let n = 0; n < 30; n++) {
      if ((await page.evaluate('document.activeElement?.textContent')) === text) return true;
      await page.keyboard.press('Tab');
    }
    return false;
  }

  test('names of pods and titles that are as long as Kubernetes lets them be do not widen the page', async () => {
    const name = `${'a-very-long-name.'.repeat(14)}x`;
    const status = completeStatus(Date.now(), 'residue');
    const marks = status.marks.map((mark) => ({ ...mark, target: { ...mark.target, name } }));
    api.put('experiments', experiment('first-light', Date.now(), { ...status, marks }));
    await open('#/', 'complete');
    const [width, view] = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
    assert.ok(width <= view, `${width} > ${view}`);
    unblemished();
  });
});

/** More green than anything else, and not grey. */
function isGreen(css: string): boolean {
  const [red = 0, green = 0, blue = 0] = (css.match(/[\d.]+/g) ?? []).map(Number);
  return green > red + 20 && green > blue + 20;
}
