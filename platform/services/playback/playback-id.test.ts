import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPlaybackOf, playbackId } from './playback-id.ts';

const key = Buffer.alloc(32, 5);
const start = { session: 's1', titleId: 't1', idempotencyKey: 'k1' };

describe('playback ids', () => {
  it('are the same for the same start and differ for any other', () => {
    const id = playbackId(start, key);
    assert.equal(playbackId({ ...start }, key), id);
    for (const other of [{ session: 's2' }, { titleId: 't2' }, { idempotencyKey: 'k2' }])
      assert.notEqual(playbackId({ ...start, ...other }, key), id);
  });

  it('do not mistake where one part ends for another', () => {
    const glued = (session: string, titleId: string) => playbackId({ session, titleId, idempotencyKey: 'k' }, key);
    assert.notEqual(glued('a', 'bc'), glued('ab', 'c'));
  });

  it('belong to their session alone', () => {
    const id = playbackId(start, key);
    assert(isPlaybackOf('s1', id, key));
    for (const [session, text] of [
      ['s2', id],
      ['s1', `${id}x`],
      ['s1', `x${id}`],
      ['s1', `${id}.x`],
      ['s1', '.'],
      ['s1', ''],
    ])
      assert(!isPlaybackOf(session!, text!, key), `${text}`);
    assert(!isPlaybackOf('s1', id, Buffer.alloc(32, 6)));
  });
});
