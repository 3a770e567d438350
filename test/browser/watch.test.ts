/** The viewer's page in Chromium, with a platform of the test's own: each state, each error, by keyboard and by axe. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { axeFinds } from './support/axe.ts';
import { type Browser, noChromium, openBrowser } from './support/chromium.ts';
import { WatchPlatform } from './support/watch-platform.ts';

describe('the viewer’s page', { skip: noChromium, timeout: 900_000 }, () => {
  let platform: WatchPlatform;
  let browser: Browser;

  before(async () => {
    platform = await WatchPlatform.start();
    browser = await openBrowser({ origin: platform.url });
    browser.page.setDefaultTimeout(90_000);
  });
  after(async () => {
    await browser?.close();
    await platform?.end();
  });
  /** A device that remembers nothing. */
  beforeEach(async () => {
    const { page, faults } = browser;
    await page.setViewportSize({ width: 1_280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto(`${platform.url}icon.svg`);
    await page.evaluate('localStorage.clear(), sessionStorage.clear()');
    faults.length = 0;
    platform.reset();
  });

  const open = async (fragment: string, query = '') => {
    await browser.page.goto(`${platform.url}${query}${fragment}`);
  };
  const state = (name: string) => browser.page.waitForSelector(`[data-state="${name}"]`);
  const focused = () => browser.page.evaluate<string>('document.activeElement?.textContent?.trim() ?? ""');
  async function tabTo(text: RegExp): Promise<void> {
    for (let n = 0; n < 40; n++) {
      await browser.page.keyboard.press('Tab');
      if (text.test(await focused())) return;
    }
    assert.fail(`nothing by Tab is called ${text}`);
  }
  async function signIn(): Promise<void> {
    await open('#/account');
    await browser.page.getByRole('button', { name: 'Sign in' }).click();
    await state('signed-in');
  }
  const profiles = [
    { id: 'p1', name: 'Zoë', maxAge: 0 },
    { id: 'p2', name: 'Little', maxAge: 6 },
  ];

  describe('is as axe wants it, and no wider than the screen', () => {
    const looks = [
      { width: 1_280, height: 800, colorScheme: 'light' },
      { width: 1_280, height: 800, colorScheme: 'dark' },
      { width: 390, height: 844, colorScheme: 'light' },
    ] as const;
    const wellMade = async (what: string) => {
      for (const { width, height, colorScheme } of looks) {
        await browser.page.setViewportSize({ width, height });
        await browser.page.emulateMedia({ colorScheme });
        assert.deepEqual(await axeFinds(browser.page), [], `${what}, ${colorScheme}, ${width}`);
        const wide = await browser.page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(wide <= width, `${what} is ${wide} wide on ${width}`);
      }
    };

    it('home, search, a title, an account to be made', async () => {
      await open('#/home');
      await state('home');
      await wellMade('home');
      for (const [fragment, name] of [
        ['#/search/e', 'found'],
        ['#/search/nothing like it', 'empty'],
        ['#/title/sixteen-bells', 'title'],
        ['#/account', 'signed-out'],
      ] as const) {
        await open(fragment);
        await state(name);
        await wellMade(fragment);
      }
    });

    it('who is watching, home of a profile, account with its plan, and the player', async () => {
      platform.profiles = profiles;
      platform.positions = [{ titleId: 'undertow', positionMs: 2_700_000, atMs: 1 }];
      await signIn();
      await browser.page.waitForSelector('[data-bill="paid"]');
      await wellMade('account');
      await open('#/home');
      await state('profiles');
      await wellMade('who is watching');
      await browser.page.getByRole('button', { name: /Zoë/ }).first().click();
      await browser.page.waitForSelector('[data-row="continue"] [data-watched="50"]');
      await wellMade('home with what was begun');
      await open('#/player/undertow');
      await browser.page.waitForSelector('[data-doing="playing"]');
      await wellMade('player');
    });

    it('what went wrong', async () => {
      platform.refused.set('GET /v1/browse', {
        status: 429,
        body: { code: 'rate-limited' },
        headers: { 'retry-after': '90' },
      });
      await open('#/home');
      await state('failed');
      await wellMade('failed');
    });

    it('and axe finds what is not', async () => {
      await open('#/home');
      await state('home');
      await browser.page.evaluate(
        'document.querySelector("main").innerHTML = "<img src=x><p>pale</p>", document.querySelector("main p").style.color = "#ddd"',
      );
      const found = await axeFinds(browser.page);
      assert.ok(
        ['image-alt', 'color-contrast'].every((rule) => found.some((line) => line.startsWith(rule))),
        found.join(),
      );
    });
  });

  it('leads from the sign-in to a film and back by keyboard alone', async () => {
    const { page } = browser;
    platform.profiles = profiles;
    await open('#/account');
    await state('signed-out');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to content');
    await page.keyboard.press('Enter');
    await tabTo(/^Sign in$/);
    await page.keyboard.press('Enter');
    await state('signed-in');
    await tabTo(/^Faultflix$/);
    await page.keyboard.press('Enter');
    await state('profiles');
    assert.equal(await focused(), 'Who is watching?');
    await tabTo(/Zoë/);
    await page.keyboard.press('Enter');
    await state('home');
    assert.deepEqual([await focused(), await page.title()], ['Home', 'Faultflix']);
    for (let n = 0; n < 40 && !(await page.evaluate<boolean>('document.activeElement.type === "search"')); n++)
      await page.keyboard.press('Shift+Tab');
    await page.keyboard.type('undertow');
    await page.keyboard.press('Enter');
    await state('found');
    assert.match(await focused(), /^Search for/);
    await tabTo(/^Undertow/);
    await page.keyboard.press('Enter');
    await state('title');
    assert.equal(await focused(), 'Undertow');
    await tabTo(/^Play Undertow$/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-doing="playing"]');
    await page.locator('[data-announced]').getByText('Undertow is playing').waitFor({ state: 'attached' });
    // The focus is at the heading: the film's keys go to the film.
    await page.keyboard.press('Space');
    await page.waitForSelector('[data-doing="paused"]');
    await page.locator('[data-announced]').getByText('Paused').waitFor({ state: 'attached' });
    const at = () => page.evaluate<number>('document.querySelector("video").currentTime');
    const before = await at();
    await page.keyboard.press('ArrowRight');
    assert.ok((await at()) >= before + 9.9, 'ten seconds on');
    // Through the player's own controls, ours, the drawer and out of the page: nothing holds the focus.
    await tabTo(/^Play$/);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[data-doing="playing"]');
    await tabTo(/What is happening underneath/);
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('document.querySelector(".drawer").open'), false);
    await tabTo(/^← Back to the title$/);
    await page.keyboard.press('Enter');
    await state('title');
    assert.equal(await focused(), 'Undertow');
    assert.deepEqual(browser.faults, []);
  });

  it('asks who is watching, makes and deletes profiles, and tells the platform everywhere who it is', async () => {
    const { page } = browser;
    platform.profiles = [profiles[0]!];
    await signIn();
    await open('#/profiles');
    await page.fill('input[name=profile]', 'Little');
    await page.selectOption('select[name=maxAge]', '6');
    await page.getByRole('button', { name: 'Make the profile' }).click();
    await page.waitForSelector('[data-profile="p2"]');
    assert.deepEqual(platform.of('POST /v1/profiles')[0]!.body, { name: 'Little', maxAge: 6 });
    await page.click('[data-profile="p2"] .profile');
    await page.waitForSelector('[data-title="the-salt-road"]');
    assert.equal(await page.locator('[data-title="night-shift"]').count(), 0);
    await open('#/title/night-shift');
    await state('not-for-profile');
    await open('#/player/night-shift');
    await state('not-for-profile');
    await open('#/search/e');
    await state('found');
    assert.equal(await page.locator('[data-title="night-shift"]').count(), 0);
    assert.equal(platform.of('POST /v1/play').length, 0);

    await open('#/player/undertow');
    await page.waitForSelector('[data-doing="playing"]');
    await untilTrue(() => platform.of('POST /v1/heartbeat').length > 0);
    await open('#/home');
    await untilTrue(() => platform.of('POST /v1/stop').length > 0);
    const said = ['POST /v1/play', 'POST /v1/heartbeat'].map((what) => platform.of(what).at(-1)!.body.profile);
    const asked = ['GET /v1/browse', 'GET /v1/positions'].map((what) => platform.of(what).at(-1)!.query.get('profile'));
    assert.deepEqual([...said, ...asked], ['p2', 'p2', 'p2', 'p2']);

    await page.reload();
    await state('home');
    assert.equal(await page.textContent('header nav a'), 'Little', 'remembered');
    await open('#/profiles');
    await page.click('[data-profile="p2"] .quiet');
    await page.getByRole('button', { name: 'Delete Little for good' }).click();
    await page.waitForSelector('[data-profile="p2"]', { state: 'detached' });
    assert.equal(platform.of('DELETE /v1/profiles/p2').length, 1);
    assert.deepEqual(browser.faults, []);
  });

  it('goes on where the film was left, says so when the page is left, and what its edge is', async () => {
    const { page } = browser;
    platform.profiles = [profiles[0]!];
    platform.positions = [{ titleId: 'undertow', positionMs: 9_000, atMs: 1 }];
    await signIn();
    await open('#/player/undertow');
    await page.waitForSelector('[data-doing="playing"]');
    // Not of a film before, whose last word may still be under way.
    const playback = platform.lastPlayback;
    const own = (what: string) => platform.of(what).filter(({ body }) => body.playback === playback);
    const beats = () => own('POST /v1/heartbeat');
    await untilTrue(() => beats().some(({ headers }) => /^bl=\d+,mtp=\d+$/.test(String(headers['cmcd-request']))));
    for (const { headers, body } of beats()) {
      const edge = /dev\.faultflix-edge="([^"]+)"/.exec(String(headers['cmcd-session']))?.[1];
      assert.ok(edge !== undefined && platform.edges.includes(edge), `${edge}`);
      // From the first one on, which may come before the film does.
      assert.ok(Number(body.positionMs) >= 9_000, `${body.positionMs}`);
    }
    await page.goto('about:blank');
    await untilTrue(() => own('POST /v1/stop').length > 0);
    assert.ok(Number(own('POST /v1/stop')[0]!.body.positionMs) >= 9_000);
  });

  for (const player of ['hls', 'dash']) {
    const fact = (name: string) => browser.page.textContent(`[data-fact="${name}"]`);
    const until = (expression: string) => untilTrue(() => browser.page.evaluate<boolean>(expression));
    const factIs = (name: string, test: string) =>
      until(`((text) => ${test})(document.querySelector('[data-fact="${name}"]')?.textContent ?? '')`);
    const start = async () => {
      await open('#/player/undertow', `?player=${player}`);
      await browser.page.waitForSelector('[data-doing="playing"]');
    };

    it(`goes on when its edge dies: ${player}`, async () => {
      await start();
      const edge = (await fact('edge'))!;
      await platform.killEdge(edge);
      // Beyond what it can have had in its buffer when the edge died.
      await browser.page.evaluate('document.querySelector("video").currentTime = 15');
      await until('document.querySelector("video").currentTime > 16');
      await factIs('failovers', 'text !== "0"');
      assert.ok(platform.edges.includes((await fact('edge'))!));
    });
  }

  // That of hls.js is held on the real platform: test/e2e/viewer-flow/cinema.test.ts.
  it('takes a lower rendition when the bandwidth drops: dash', async () => {
    const { page } = browser;
    await open('#/player/undertow', '?player=dash');
    await page.waitForSelector('[data-fact="rendition"]:has-text("1080p")');
    const session = await page.context().newCDPSession(page);
    const conditions = { offline: false, latency: 20, downloadThroughput: 25_000, uploadThroughput: -1 };
    await session.send('Network.emulateNetworkConditions', conditions);
    await page.reload();
    await page.waitForSelector('[data-fact="loading"]:text-matches("240p|360p|480p")');
    await session.detach();
  });

  it('plays by the player that is chosen on the page, from where the other one was', async () => {
    await open('#/player/undertow', '?player=hls');
    await browser.page.waitForSelector('[data-doing="playing"]');
    await browser.page.keyboard.press('ArrowRight');
    await browser.page.selectOption('.format select', 'dash');
    await browser.page.waitForSelector('[data-doing="playing"] [data-fact="player"]:has-text("shaka")');
    assert.ok((await browser.page.evaluate<number>('document.querySelector("video").currentTime')) >= 10);
    await browser.page.goto(platform.url);
    await open('#/player/undertow');
    await browser.page.waitForSelector('[data-fact="player"]:has-text("shaka")');
  });

  describe('says what to do, and does it when it can be done:', () => {
    const failed = (code: string) => browser.page.waitForSelector(`[data-state="failed"][data-code="${code}"]`);
    const reads = async (pattern: RegExp) =>
      assert.match((await browser.page.textContent('main [role="alert"]'))!, pattern);
    const again = () => browser.page.getByRole('button', { name: 'Try again' }).click();
    const refuse = (what: string, status: number, body: object, headers = {}) =>
      platform.refused.set(what, { status, body: { ...body }, headers });
    const playing = () => browser.page.waitForSelector('[data-doing="playing"]');

    it('asked too often, it asks again by itself when it may', async () => {
      refuse('GET /v1/browse', 429, { code: 'rate-limited', detail: 'too many' }, { 'retry-after': '2' });
      await open('#/home');
      await failed('rate-limited');
      await reads(/asked too often.*Wait 2 s/);
      platform.refused.clear();
      await state('home');
      assert.equal(platform.of('GET /v1/browse').length, 2);
    });

    it('all streams of the plan in use, no licence, another device in its place', async () => {
      const { page } = browser;
      refuse('POST /v1/play', 409, { code: 'conflict', detail: 'all in use', expected: '1 at once at most' });
      await open('#/player/undertow');
      await failed('conflict');
      await reads(/\(1 at once at most\).*Stop one of them, or choose a larger plan/);
      assert.equal(await page.getByRole('link', { name: 'Plans' }).getAttribute('href'), '#/account');
      refuse('POST /v1/play', 403, { code: 'forbidden', detail: 'the title may not be shown in this country' });
      await again();
      await failed('forbidden');
      await reads(/may not be shown in this country.*Choose another title/);
      platform.refused.clear();
      await page.getByRole('link', { name: 'To all titles' }).click();
      await state('home');
      await open('#/player/undertow');
      await playing();
      refuse('POST /v1/heartbeat', 410, { code: 'gone', detail: 'taken' });
      await failed('gone');
      await reads(/Another device has taken the place/);
      platform.refused.clear();
      await again();
      await playing();
    });

    it('a sign-in that has ended', async () => {
      const { page } = browser;
      platform.profiles = [profiles[0]!];
      await signIn();
      const key = 'faultflix.access';
      await page.evaluate(
        `sessionStorage.setItem('${key}', JSON.stringify({ ...JSON.parse(sessionStorage.getItem('${key}')), expiresAtMs: 1 }))`,
      );
      refuse('POST /oidc/token', 503, {});
      await page.reload();
      await failed('unavailable');
      refuse('POST /oidc/token', 400, { error: 'invalid_grant' });
      await again();
      await failed('unauthenticated');
      await reads(/Your sign-in has ended.*Sign in again/);
      platform.refused.clear();
      await page.getByRole('button', { name: 'Sign in again' }).click();
      await state('signed-in');
    });

    it('accounts that are out: a device goes on as whom it knows, or as nobody', async () => {
      platform.profiles = profiles;
      await signIn();
      refuse('GET /v1/profiles', 503, { code: 'unavailable', detail: 'it is out' });
      await open('#/home');
      await browser.page.reload();
      await failed('unavailable');
      platform.refused.clear();
      await again();
      await state('profiles');
      await browser.page.click('[data-profile="p2"] .profile');
      await state('home');
      refuse('GET /v1/profiles', 503, { code: 'unavailable', detail: 'it is out' });
      await browser.page.reload();
      await state('home');
      assert.equal(platform.of('GET /v1/browse').at(-1)!.query.get('profile'), 'p2');
    });

    it('a device that is offline, and a platform that is away', async () => {
      const { page } = browser;
      await open('#/home');
      await state('home');
      await page.context().setOffline(true);
      await page.evaluate('location.hash = "#/title/undertow"');
      await failed('unavailable');
      await reads(/You are offline/);
      await page.context().setOffline(false);
      await state('title');
      refuse('GET /v1/titles/zoe', 503, { code: 'overloaded', detail: 'come later' });
      await page.evaluate('location.hash = "#/title/zoe"');
      await failed('overloaded');
      assert.equal(platform.of('GET /v1/titles/zoe').length, 3, 'asked again by itself first');
      await reads(/cannot do it just now \(come later\).*Try again in a moment/);
      platform.refused.clear();
      await again();
      await state('title');
      await open('#/title/nobody-made-this');
      await failed('not-found');
      await reads(/Choose something else/);
    });

    it('edges that are all away', async () => {
      const [edges] = [platform.edges];
      platform.edges = ['127.0.0.1:1'];
      await open('#/player/undertow');
      await failed('unavailable');
      platform.edges = edges;
      await again();
      await playing();
    });
  });

  /** Resolves when the platform has been told; asked often, since it is another process' word. */
  async function untilTrue(is: () => boolean | Promise<boolean>): Promise<void> {
    const deadlineMs = Date.now() + 90_000;
    while (!(await is())) {
      if (Date.now() > deadlineMs) assert.fail(`never came: ${is}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
});
