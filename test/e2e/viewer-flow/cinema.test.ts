/** A film in a real browser, from the real platform: it plays, follows the bandwidth, and goes on when its edge dies. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Agent, request } from 'undici';
import { reachable } from '#base/address.ts';
import { systemClock } from '#base/clock.ts';
import { listener } from '#base/names.ts';
import { type Browser, noChromium, openBrowser } from '#test/browser/support/chromium.ts';
import { type PageProcess, startPage } from '#test/browser/support/page-process.ts';
import { deployPlatform, type Platform } from './support/platform.ts';

interface Mail {
  readonly subject: string;
  readonly text: string;
}

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

  /** The front desk of a company of its own, in place `global`. */
  async function outside<T>(service: string, path: string): Promise<T> {
    const [pod] = await platform.pods('global', service);
    const host = reachable(pod!.status.podIP!, { FAULTFLIX_NETWORK: 'loopback' });
    const agent = new Agent({ connect: { ca: platform.ca } });
    try {
      const answer = await request(`https://${host}:${listener('https', 'global').port}${path}`, { dispatcher: agent });
      return (await answer.body.json()) as T;
    } finally {
      await agent.close();
    }
  }

  const fact = (name: string) => browser.page.textContent(`[data-fact="${name}"]`);
  const played = () => browser.page.evaluate<number>('document.querySelector("video").currentTime');
  /** Resolves when the page says so. Asked from outside: the page's policy lets nobody evaluate anything within. */
  async function until(expression: string, what: string): Promise<void> {
    const deadlineMs = Date.now() + 90_000;
    while (!(await browser.page.evaluate<boolean>(expression))) {
      if (Date.now() > deadlineMs) throw new Error(`the page never came to: ${what}`);
      await systemClock.sleep(100);
    }
  }
  const factIs = (name: string, test: string) =>
    until(
      `((text) => ${test})(document.querySelector('[data-fact="${name}"]')?.textContent ?? '')`,
      `${name}: ${test}`,
    );
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
    await factIs('rendition', 'text === "720p"'); // the most that a device without a plan gets
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

  /** Starts the film by a player, kills the edge that it is fetched from, and sees that another one is asked. */
  async function loseEdge(player: 'hls' | 'dash'): Promise<void> {
    const { page } = browser;
    await page.goto(`${cinema.url}?player=${player}#/player/undertow`);
    await page.waitForSelector('[data-doing="playing"]');
    await playedPast(1);
    const edge = (await fact('edge'))!;
    const ip = edge.split(':')[0]!.replace(/^127\./, '10.');
    const pods = (
      await Promise.all((['us-east-1', 'us-west-2'] as const).map((place) => platform.pods(place, 'edge')))
    ).flat();
    const victim = pods.find(({ status }) => status.podIP === ip);
    assert.ok(victim, `${ip} is an edge of ${pods.map(({ status }) => status.podIP).join()}`);
    await platform.kill(victim.metadata.namespace as 'us-east-1', victim);
    if (player === 'dash') await page.evaluate('document.querySelector("video").currentTime = 15'); // saves the test a wait
    await factIs('failovers', 'text !== "0"');
    assert.notEqual(await fact('edge'), edge);
  }

  it('goes on when its edge dies: hls', async () => {
    await loseEdge('hls');
    // More than it can have had in its buffer when the edge died.
    await playedPast((await played()) + 14);
    assert.equal(await fact('stalls'), '0', 'the viewer noticed');
  });

  it('goes on when its edge dies: dash', async () => {
    await loseEdge('dash');
    await playedPast(16);
  });

  it('makes an account, signs in, subscribes: charged once, one mail of each', async () => {
    const { page } = browser;
    const mail = `viewer-${Date.now()}@example.test`;
    const password = 'a long enough password';
    await page.goto(`${cinema.url}#/account`);
    await page.waitForSelector('[data-state="signed-out"]');
    await page.fill('input[name=name]', 'Zoë Ünal');
    await page.fill('input[name=mail]', mail);
    await page.fill('input[name=password]', password);
    await page.getByRole('button', { name: 'Make an account' }).click();
    await page.waitForURL('**/oidc/interaction/**');
    await page.fill('input[name=mail]', mail);
    await page.fill('input[name=password]', password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForSelector('[data-state="signed-in"] [data-plan="free"]');
    await page.click('[data-choose="standard"]');
    await page.waitForSelector('[data-plan="standard"][data-subscription="active"]');
    await page.waitForSelector('[data-bill="paid"]');

    // What the outside companies have, asked of themselves.
    const mails = async () => (await outside<{ mails: Mail[] }>('mailbox', `/v1/mails?to=${mail}`)).mails;
    const subjects = async () => (await mails()).map(({ subject }) => subject).sort();
    const wanted = ['Welcome to Faultflix', 'Your payment arrived'];
    const deadlineMs = Date.now() + 60_000;
    while ((await subjects()).length < wanted.length && Date.now() < deadlineMs) await systemClock.sleep(200);
    assert.deepEqual(await subjects(), wanted);
    const bill = /bill (\S+)\)/.exec((await mails()).find(({ subject }) => subject === wanted[1])!.text)![1]!;
    const { charges } = await outside<{ charges: { state: string; amountMinor: number }[] }>(
      'card-network',
      `/v1/charges?reference=${encodeURIComponent(bill)}`,
    );
    assert.deepEqual(
      charges.map(({ state, amountMinor }) => [state, amountMinor]),
      [['captured', 1549]],
    );
  });

  it('watches as a child’s profile, and goes on where that was, on whichever coast', async () => {
    const { page } = browser;
    await page.goto(`${cinema.url}?player=hls#/profiles`);
    await page.fill('input[name=profile]', 'Little');
    await page.selectOption('select[name=maxAge]', '6');
    await page.getByRole('button', { name: 'Make the profile' }).click();
    await page.click('.profile:has-text("Little")');
    const title = (await page.getAttribute('[data-state="home"] [data-title]', 'data-title'))!;
    await page.goto(`${cinema.url}#/player/${title}`);
    await page.waitForSelector('[data-doing="playing"]');
    await playedPast(3);

    // The home region's gateways are gone: the session is good at the other coast's.
    await platform.scale('us-east-1', 'gateway', 0);
    await factIs('region', 'text === "us-west-2"');
    await page.goto(`${cinema.url}#/home`);
    await page.waitForSelector('[data-state="home"]');
    await page.reload(); // forgets what only this tab knows
    await page.waitForSelector(`[data-row="continue"] [data-title="${title}"] [data-watched]`);
    assert.equal(await page.textContent('header nav a'), 'Little');
    const percent = Number(await page.getAttribute('[data-row="continue"] [data-watched]', 'data-watched'));
    assert.ok(percent >= 15 && percent < 90, `${percent} % of a film of 20 s`);
    await platform.scale('us-east-1', 'gateway', 2); // whoever deploys next waits for them
  });

  it('says nothing to anybody else, and complains of nothing but the edge that died', () => {
    assert.deepEqual(
      browser.faults.filter((fault) => !/Failed to load resource/.test(fault)),
      [],
    );
  });
});
