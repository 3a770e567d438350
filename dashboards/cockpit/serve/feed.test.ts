import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { systemClock } from '#base/clock.ts';
import { kubeconfigConnection } from '#base/kube/kubeconfig.ts';
import { FakeApi } from '#test/browser/support/fake-api.ts';
import type { FeedState } from '../feed/wire.ts';
import { experiment, injectStatus, live, platform } from '../testing/fixtures.ts';
import { type Feed, startFeed } from './feed.ts';

const nowMs = Date.now();
let folder: string;
let api: FakeApi;
let feed: Feed;
let ended: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faultflix-feed-test-'));
  api = await FakeApi.start();
  ended = new AbortController();
});
afterEach(async () => {
  ended.abort();
  await feed.ended;
  await api.down();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const connection = await kubeconfigConnection(await api.kubeconfig(join(folder, 'kubeconfig')));
  feed = startFeed({ connection, clock: systemClock, signal: ended.signal });
}

/** The first state of which it is true. */
function when(is: (state: FeedState) => boolean): Promise<FeedState> {
  return new Promise((resolve) => {
    if (is(feed.state)) return resolve(feed.state);
    const stop = feed.listen(() => {
      if (!is(feed.state)) return;
      stop();
      resolve(feed.state);
    });
  });
}
const all = (state: string) => (feedState: FeedState) =>
  feedState.sources.experiments.state === state && feedState.sources.pods.state === state;

test('lists, then follows; nothing but reading reaches the API', async () => {
  for (const pod of platform(nowMs)) api.put('pods', pod);
  await start();
  assert.equal(feed.state.sources.pods.state, 'loading');
  const state = await when(all('current'));
  assert.deepEqual([Object.keys(state.runs).length, Object.keys(state.pods).length], [0, platform(nowMs).length]);
  const object = experiment('first-light', nowMs, { ...injectStatus(nowMs), live: live(1) });
  api.put('experiments', object);
  await when(({ samples }) => samples[object.metadata.uid]?.length === 1);
  api.put('experiments', { ...object, status: { ...object.status!, live: live(2) } });
  await when(({ samples }) => samples[object.metadata.uid]?.length === 2);
  api.remove('experiments', object.metadata.uid);
  await when(({ runs }) => Object.keys(runs).length === 0);
  assert.ok(api.asked.every((line) => line.startsWith('GET ')));
});

test('an API that goes away keeps what was known; back, with nothing changed, all is current again', async () => {
  for (const pod of platform(nowMs)) api.put('pods', pod);
  await start();
  await when(all('current'));
  await api.down();
  const away = await when(all('away'));
  assert.equal(Object.keys(away.pods).length, platform(nowMs).length);
  assert.match(away.sources.pods.problem!.message, /ECONNREFUSED|socket hang up|ECONNRESET|aborted/);
  const { asOfMs } = away.sources.pods;
  assert.ok(asOfMs !== undefined && asOfMs <= away.nowMs);
  await api.up();
  const back = await when(all('current'));
  assert.ok(back.sources.pods.asOfMs! > asOfMs);
});

test('a server that hangs with its watches open is noticed', async () => {
  await start();
  await when(all('current'));
  api.hanging = true;
  const { sources } = await when(all('away'));
  assert.match(sources.experiments.problem!.message, /no byte from the API server in time/);
  api.hanging = false;
  await when(all('current'));
});

test('a cluster without Experiments and a reader without rights are told apart by code', async () => {
  api.refusing = { collection: 'experiments', status: 404, reason: 'NotFound' };
  await start();
  const absent = await when(({ sources }) => sources.experiments.state === 'away');
  assert.deepEqual(
    [absent.sources.experiments.problem!.code, absent.sources.experiments.asOfMs],
    ['not-found', undefined],
  );
  api.refusing = { collection: 'experiments', status: 403, reason: 'Forbidden' };
  await when(({ sources }) => sources.experiments.problem?.code === 'forbidden');
  api.refusing = undefined;
  await when(all('current'));
});
