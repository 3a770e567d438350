/** Over real gRPC, on the store's memory engine. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { recents } from './collections.ts';
import { type BreakableStore, breakableStore, type Replica, startReplica } from './testing/rig.ts';
import { ids, tinyTaste } from './testing/tiny.ts';

const taste = await tinyTaste();
const even = (id: string) => Number(id.slice(1)) % 2 === 0;
const event = (id: string, titleId: string, more: object = {}) => ({
  id,
  titleId,
  kind: 'finish',
  atMs: 1_000,
  ...more,
});

describe('recommendations', () => {
  let store: BreakableStore;
  let a: Replica;
  let b: Replica;
  before(async () => {
    store = breakableStore();
    [a, b] = await Promise.all([startReplica(taste, store), startReplica(taste, store)]);
  });
  after(() => Promise.all([a?.stop(), b?.stop()]));
  const kinds = async (by: Replica, profile: string) =>
    (await by.call('home', { profile, rows: 8, rowLength: 3 })).rows.map(({ kind, about }) =>
      about ? `${kind}:${about}` : kind,
    );

  it('gives who nothing is known of what is popular, and its genres', async () => {
    for (const profile of ['', 'nobody']) {
      const { rows, degraded } = await a.call('home', { profile, rows: 2, rowLength: 3 });
      assert.equal(degraded, false);
      assert.deepEqual(rows, [
        { kind: 'popular', about: '', titleIds: ['t0', 't1', 't2'] },
        { kind: 'genre', about: 'drama', titleIds: ['t0', 't2', 't4'] },
      ]);
    }
  });

  it('moves the rows of a profile by what another replica was told, by what it watched', async () => {
    assert.deepEqual(await kinds(b, 'p1'), ['popular', 'genre:drama', 'genre:crime']);
    await a.call('record', { profile: 'p1', events: [event('e1', 't4'), event('e2', 't6', { atMs: 2_000 })] });
    const { rows } = await b.call('home', { profile: 'p1', rows: 8, rowLength: 3 });
    assert.deepEqual(
      rows.slice(0, 3).map(({ kind, about }) => [kind, about]),
      [
        ['for-you', ''],
        ['because', 't6'],
        ['popular', ''],
      ],
    );
    assert.ok(rows[0]!.titleIds.every(even), `${rows[0]!.titleIds}`);
    assert.deepEqual(rows.find(({ kind }) => kind === 'again')?.titleIds, ['t6', 't4']);
    const once = rows.filter(({ kind }) => kind !== 'again').flatMap(({ titleIds }) => titleIds);
    assert.equal(new Set(once).size, once.length, 'a title stands in one row');
    assert.ok(!once.includes('t4') && !once.includes('t6'), 'what was watched is not offered as new');
    await a.call('record', { profile: 'p1', events: [event('e3', 't5', { atMs: 3_000 })] });
    assert.ok((await kinds(b, 'p1')).includes('because:t5'));
  });

  it('counts an event once by its id, and forgets what a profile dislikes', async () => {
    for (const by of [a, b, a])
      await by.call('record', { profile: 'p2', events: [event('e1', 't4'), event('e1', 't6')] });
    assert.equal((await store.get(recents, 'p2'))?.events.length, 1);
    await a.call('record', { profile: 'p2', events: [event('e2', 't4', { kind: 'dislike', atMs: 2_000 })] });
    assert.deepEqual(await kinds(b, 'p2'), ['popular', 'genre:drama', 'genre:crime']);
  });

  it('keeps 100 events of a profile, and what comes late in its place', async () => {
    for (let n = 0; n < 3; n++)
      await a.call('record', {
        profile: 'p3',
        events: Array.from({ length: 50 }, (_, i) => event(`e${50 * n + i}`, 't1', { atMs: 1_000 + 50 * n + i })),
      });
    await a.call('record', { profile: 'p3', events: [event('late', 't2', { atMs: 1_100 })] });
    const { events } = (await store.get(recents, 'p3'))!;
    assert.equal(events.length, 100);
    assert.deepEqual([events[0]!.id, events.findIndex(({ id }) => id === 'late')], ['e149', 49]);
  });

  it('hears from playback what was watched, an episode as its series', async () => {
    const ending = new AbortController();
    const following = b.recent.follow(ending.signal);
    const emit = (profile: string, data: object) =>
      store.transact(async (tx) => tx.emit({ type: 'profile.watched', subject: profile, data: data as never }));
    await emit('p4', { titleId: 7, kind: 'play' }); // of no shape that is known: must not stand in the way
    await emit('p4', { titleId: 't8.s1e2', kind: 'play', positionMs: 0 });
    let heard = (await store.get(recents, 'p4'))?.events;
    for (let tries = 0; heard === undefined && tries < 600; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      heard = (await store.get(recents, 'p4'))?.events;
    }
    assert.deepEqual(
      heard?.map(({ titleId, kind }) => [titleId, kind]),
      [['t8', 'play']],
    );
    assert.ok((await kinds(a, 'p4')).includes('because:t8'));
    ending.abort();
    await following;
  });

  it('says what is like a title, and not what is not there', async () => {
    const { titleIds } = await a.call('similar', { titleId: 't4', limit: 4 });
    assert.equal(titleIds.length, 4);
    assert.ok(titleIds.every(even) && !titleIds.includes('t4'), `${titleIds}`);
    assert.deepEqual((await a.call('similar', { titleId: 't4.s1e1', limit: 4 })).titleIds, titleIds);
    await assert.rejects(a.call('similar', { titleId: 'gone' }), { code: 'not-found' });
  });

  it('knows nothing of titles of another catalogue', async () => {
    await a.call('record', { profile: 'p5', events: [event('e1', 'elsewhere')] });
    assert.deepEqual(await kinds(a, 'p5'), ['popular', 'genre:drama', 'genre:crime']);
  });

  it('refuses what is no event, no id and no number', async () => {
    const cases: readonly ['home' | 'similar' | 'record', object][] = [
      ['record', { profile: '', events: [] }],
      ['record', { profile: 'a b', events: [] }],
      ['record', { profile: 'p', events: [event('e', 't1', { kind: 'steal' })] }],
      ['record', { profile: 'p', events: [event('', 't1')] }],
      ['record', { profile: 'p', events: [event('e', '')] }],
      ['record', { profile: 'p', events: [event('e', 't1', { atMs: 0 })] }],
      ['record', { profile: 'p', events: Array.from({ length: 101 }, (_, i) => event(`e${i}`, 't1')) }],
      ['home', { profile: 'é' }],
      ['home', { profile: 'p', rows: -1 }],
      ['home', { profile: 'p', rowLength: 51 }],
      ['similar', { titleId: '' }],
      ['similar', { titleId: 't1', limit: 1_000 }],
    ];
    for (const [method, request] of cases)
      await assert.rejects(a.call(method as 'home', request), { code: 'bad-input' }, JSON.stringify(request));
  });

  it('gives what is popular while the store is out, says so, and refuses to record', async () => {
    const own = await startReplica(taste, store);
    try {
      store.out = true;
      const { rows, degraded } = await own.call('home', { profile: 'p1', rows: 1, rowLength: 3 });
      assert.deepEqual([rows.map(({ kind }) => kind), degraded], [['popular'], true]);
      assert.equal((await own.call('home', { profile: '' })).degraded, false, 'for nobody nothing is lost');
      assert.equal((await own.call('similar', { titleId: ids[0]! })).titleIds.length, 11);
      await assert.rejects(own.call('record', { profile: 'p1', events: [event('e9', 't1')] }), { code: 'unavailable' });
    } finally {
      store.out = false;
      await own.stop();
    }
    assert.ok((await kinds(a, 'p1'))[0] === 'for-you');
  });
});
