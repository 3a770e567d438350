/** What viewers see of the platform on a real cluster: that it works, and that it goes on while pods die. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Region } from '#base/names.ts';
import type { Branch } from '#chaos/cli/trace/tree.ts';
import { folder, run } from '../support/cli.ts';
import { deployPlatform, isReady, type Platform } from './support/platform.ts';
import { json, Viewer } from './support/viewer.ts';

const media = join(import.meta.dirname, '../../../platform/media/titles/big-buck-bunny');
const homes: readonly Region[] = ['us-east-1', 'us-west-2'];
const POD_TIMEOUT_MS = 90_000;

interface Traced {
  readonly branches: readonly Branch[];
  readonly services: readonly string[];
}

describe('the platform, as its viewers see it', { timeout: 600_000 }, () => {
  let platform: Platform;
  const viewers: Viewer[] = [];

  before(async () => {
    platform = await deployPlatform();
  });
  after(async () => {
    for (const viewer of viewers) await viewer.close();
    await platform.remove();
  });

  async function newViewer(home: Region, nth = 0): Promise<Viewer> {
    const routers = await platform.routers(home);
    const viewer = new Viewer({ router: routers[nth % routers.length]!, home, ca: platform.ca });
    viewers.push(viewer);
    return viewer;
  }

  for (const home of homes)
    it(`a viewer of ${home} browses, starts and gets the very bytes that were encoded`, async () => {
      const viewer = await newViewer(home);
      const { region } = await viewer.signIn();
      assert.equal(region, home, 'served by the home region');
      const { rows, degraded } = await viewer.browse();
      assert.equal(degraded, undefined);
      const { id } = rows.find(({ reason }) => reason === 'popular')!.titles[0]!;
      const play = await viewer.play(id, 'first');
      assert.equal(play.title, id);
      assert(play.edges.length >= 4);
      const master = (await viewer.media(play, 'master.m3u8')).body.toString();
      const heights = [...master.matchAll(/RESOLUTION=\d+x(\d+)/g)].map(([, height]) => Number(height));
      assert.deepEqual(heights, [240, 360, 480, 720], 'up to what a device without a plan gets');
      for (const file of ['media_0.m3u8', 'init-4.mp4', 'seg-4-00010.m4s'])
        assert.deepEqual((await viewer.media(play, file)).body, await readFile(join(media, file)), file);
      const part = await viewer.ok(`${play.edges[0]}${play.hls.replace('master.m3u8', 'seg-4-00001.m4s')}`, {
        headers: { range: 'bytes=100-199' },
      });
      assert.deepEqual(part.body, (await readFile(join(media, 'seg-4-00001.m4s'))).subarray(100, 200));
      await viewer.heartbeat(play.playback, 2_000);
    });

  it('every edge that is handed out works for the viewer, whichever region it is in', async () => {
    const viewer = await newViewer('ap-south-1');
    await viewer.signIn();
    const { edges, hls } = await viewer.play('undertow', 'k');
    const { regions } = json<{ regions: Array<{ edges: string[] }> }>(await viewer.ok('/v1/steering'));
    assert.deepEqual(
      regions.flatMap((region) => region.edges).sort(),
      [...edges].sort(),
      'as the steering document says',
    );
    for (const edge of edges) assert.equal((await viewer.ok(`${edge}${hls}`)).status, 200, edge);
  });

  it('a request’s path is told by `faultflix trace`: each service, each attempt, and an id that nobody has is not found', async () => {
    const viewer = await newViewer('us-east-1');
    await viewer.signIn();
    const { headers } = await viewer.ok('/v1/browse');
    await using cwd = await folder();
    const trace = (id: string) => run(['trace', id, '--kubeconfig', process.env.KUBECONFIG!], cwd.path);
    const told = await trace(String(headers['x-trace-id']));
    assert.equal(told.exitCode, 0, told.stderr);
    const { branches, services } = told.events.find(({ type }) => type === 'trace') as unknown as Traced;
    assert.deepEqual(
      branches.map(({ span }) => [span.service, span.name, span.outcome]),
      [['router', 'GET /v1/browse', 'ok']],
    );
    assert.ok(
      ['router', 'gateway', 'catalog'].every((service) => services.includes(service)),
      services.join(),
    );
    const attempt = branches[0]!.children[0]!;
    assert.deepEqual([attempt.span.kind, attempt.children[0]!.span.service], ['client', 'gateway']);
    const unknown = await trace('0'.repeat(31).concat('1'));
    assert.deepEqual([unknown.exitCode, /no pod remembers/.test(unknown.stderr)], [3, true]);
  });

  it('one key is one playback, whichever pods answer', async () => {
    const viewer = await newViewer('us-east-1');
    await viewer.signIn();
    const plays = await Promise.all(Array.from({ length: 20 }, () => viewer.play('undertow', 'the same')));
    assert.equal(new Set(plays.map(({ playback }) => playback)).size, 1);
    const other = await newViewer('us-east-1');
    await other.signIn();
    assert.notEqual(
      (await other.play('undertow', 'the same')).playback,
      plays[0]!.playback,
      'a key is its session’s own',
    );
  });

  it('what is wrong is refused as what it is', async () => {
    const viewer = await newViewer('us-east-1');
    assert.equal((await viewer.call('/v1/browse')).status, 401);
    await viewer.signIn();
    const play = (body: unknown, headers: Record<string, string>) =>
      viewer.call('/v1/play', { method: 'POST', headers, body });
    assert.equal((await play({ titleId: 'no-such-title' }, { 'idempotency-key': 'k' })).status, 404);
    assert.equal((await play({ titleId: 'undertow' }, {})).status, 400);
    const { edges, hls } = await viewer.play('undertow', 'k2');
    const forged = hls.replace(/.\/big-buck-bunny/, '_/big-buck-bunny');
    assert.equal((await viewer.call(`${edges[0]}${forged}`)).status, 403);
  });

  it('no call of a viewer fails while a playback pod of each region is killed and comes back', async () => {
    const watching = new AbortController();
    const failures: string[] = [];
    const crowd = await Promise.all(Array.from({ length: 8 }, (_, i) => newViewer(homes[i % 2]!, i)));
    const shows = crowd.map(async (viewer, i) => {
      for (let show = 0; show < 5_000 && !watching.signal.aborted; show++)
        await viewer.watch('undertow', `show-${i}-${show}`).catch((thrown) => failures.push(`${thrown}`));
    });
    const killed = await Promise.all(
      homes.map(async (place) => {
        const [victim] = await platform.pods(place, 'playback');
        await platform.kill(place, victim!);
        return { place, uid: victim!.metadata.uid };
      }),
    );
    for (const { place, uid } of killed)
      await platform.untilPods({
        ...{ place, service: 'playback', timeoutMs: POD_TIMEOUT_MS },
        are: (pods) => pods.filter(isReady).length === 2 && pods.every(({ metadata }) => metadata.uid !== uid),
      });
    watching.abort();
    await Promise.all(shows);
    assert.deepEqual(failures, []);
    for (const viewer of crowd) assert(viewer.calls >= 8, 'everyone watched');
  });

  it('the catalogue gone everywhere: popular titles, said to be degraded; starting fails; and both come back', async () => {
    const viewer = await newViewer('us-east-1');
    await viewer.signIn();
    // The gateway that this session sticks to, and the one it moves to, know titles from their own start.
    await viewer.browse();
    for (const place of homes) await platform.scale(place, 'catalog', 0);
    try {
      for (const place of homes)
        await platform.untilPods({
          place,
          service: 'catalog',
          timeoutMs: POD_TIMEOUT_MS,
          are: (pods) => pods.length === 0,
        });
      const { rows, degraded } = await viewer.browse();
      assert.equal(degraded, true);
      assert.deepEqual(
        rows.map(({ reason }) => reason),
        ['popular'],
      );
      assert.equal(rows[0]!.titles.length, 10);
      const headers = { 'idempotency-key': 'no-catalogue' };
      const failed = await viewer.call('/v1/play', { method: 'POST', headers, body: { titleId: 'undertow' } });
      assert.equal(failed.status, 503);
    } finally {
      for (const place of homes) await platform.scale(place, 'catalog', 2);
    }
    for (const place of homes)
      await platform.untilPods({
        ...{ place, service: 'catalog', timeoutMs: POD_TIMEOUT_MS },
        are: (pods) => pods.filter(isReady).length === 2,
      });
    await viewer.play('undertow', 'again');
  });
});
