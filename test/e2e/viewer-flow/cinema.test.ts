/** A film in a real browser, from the real platform: it plays, follows the bandwidth, and goes on when its edge dies. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Browser, noChromium, openBrowser } from '#test/browser/support/chromium.ts';
import { type PageProcess, startPage } from '#test/browser/support/page-process.ts';
import { deployPlatform, type Platform } from './support/platform.ts';

describe('the viewer’s page in a browser', { skip: noChromium, timeout: 300_000 }, () => {
  let platform: Platform;
  let cinema: PageProcess;
  let browser: Browser;

  before(async () => {
    platform = await deployPlatform();
    cinema = await startPage({ dashboard: 'watch', kubeconfig: process.env.KUBECONFIG! });
    browser = await openBrowser({ origin: cinema.url });
  });
  after(async () => {
    await browser?.close();
    await cinema?.end();
    await platform?.remove();
  });

  const fact = (name: string) => browser.page.textContent(`[data-fact="${name}"]`);
  const played = () => browser.page.evaluate<number>('document.querySelector("video").currentTime');
  /** Resolves when the page says so. */
  const until = (expression: string, what: string) =>
    browser.page.waitForFunction(expression, undefined, { timeout: 90_000 }).catch((cause: unknown) => {
      throw new Error(`the page never came to: ${what}`, { cause });
    });
  const factIs = (name: string, test: string) =>
    until(`((text) => ${test})(document.querySelector('[data-fact="${name}"]').textContent)`, `${name}: ${test}`);
  const playedPast = (seconds: number) =>
    until(`document.querySelector('video').currentTime > ${seconds}`, `${seconds} s played`);

  it('shows rows of titles, and finds one with a typing error', async () => {
    const { page } = browser;
    await page.goto(cinema.url);
    await page.waitForSelector('[data-state="home"] [data-title="undertow"]');
    await page.fill('input[type=search]', 'undertwo');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-state="found"] [data-title="undertow"]');
  });

  it('plays the title that one has come to by the keyboard', async () => {
    const { page } = browser;
    await page.focus('[data-title="undertow"]');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-state="title"]');
    await page.focus('a.play');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-state="playing"]');
    await playedPast(2);
    assert.equal(await fact('failovers'), '0');
  });

  it('takes a lower rendition when the bandwidth drops', async () => {
    const { page } = browser;
    await factIs('rendition', 'text === "1080p"');
    const session = await page.context().newCDPSession(page);
    const network = (downloadThroughput: number) =>
      session.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 20,
        downloadThroughput,
        uploadThroughput: -1,
      });
    await network(25_000);
    await factIs('loading', '["240p", "360p", "480p"].includes(text)');
    await network(-1);
    await session.detach();
  });

  it('goes on when its edge dies', async () => {
    const { page } = browser;
    await page.reload();
    await page.waitForSelector('[data-state="playing"]');
    await playedPast(1);
    const edge = (await fact('edge'))!;
    const ip = edge.split(':')[0]!.replace(/^127\./, '10.');
    const pods = (
      await Promise.all((['us-east-1', 'us-west-2'] as const).map((place) => platform.pods(place, 'edge')))
    ).flat();
    const victim = pods.find(({ status }) => status.podIP === ip);
    assert.ok(victim, `${ip} is an edge of ${pods.map(({ status }) => status.podIP).join()}`);
    await platform.kill(victim.metadata.namespace as 'us-east-1', victim);
    await factIs('failovers', 'text !== "0"');
    assert.notEqual(await fact('edge'), edge);
    // More than it can have had in its buffer when the edge died.
    await playedPast((await played()) + 14);
    assert.equal(await fact('stalls'), '0', 'the viewer noticed');
  });

  it('says nothing to anybody else, and complains of nothing but the edge that died', () => {
    assert.deepEqual(
      browser.faults.filter((fault) => !/Failed to load resource/.test(fault)),
      [],
    );
  });
});
