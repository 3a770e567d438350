import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { inFillWindow, type PlaceAheadParts, placeAhead } from './window.ts';

it('the window is open from 2 to 6 by the sun of the region', () => {
  const at = (utc: string) => Date.parse(`2026-11-24T${utc}Z`);
  assert(!inFillWindow(at('06:59:00'), 'us-east-1'));
  assert(inFillWindow(at('07:00:00'), 'us-east-1'));
  assert(inFillWindow(at('10:59:00'), 'us-east-1'));
  assert(!inFillWindow(at('11:00:00'), 'us-east-1'));
  assert(inFillWindow(at('20:30:00'), 'ap-south-1'));
  assert(!inFillWindow(at('00:30:00'), 'ap-south-1'));
  assert(inFillWindow(at('13:59:00'), 'us-west-2'));
});

describe('placing ahead', () => {
  const run = async (changed: Partial<PlaceAheadParts>) => {
    const filled: string[] = [];
    const result = await placeAhead({
      popular: async () => ['b', '../x', 'a'].map((media) => ({ media, requests: 1 })),
      list: async () => ['1.m4s', '2.m4s'],
      has: (key) => key === 'b/1.m4s',
      fill: async (media, name) => filled.push(`${media}/${name}`),
      isFull: () => false,
      signal: new AbortController().signal,
      ...changed,
    });
    return { filled, ...result };
  };
  const out = async () => {
    throw new FaultflixError('unavailable', 'out');
  };

  it('fills what is not here, the most popular title first', async () => {
    assert.deepEqual(await run({}), { filled: ['b/2.m4s', 'a/1.m4s', 'a/2.m4s'], files: 3, failed: 0 });
  });

  it('ends at its share of the disk, when the edge ends, and when nothing comes any more', async () => {
    let full = false;
    const fill = async () => {
      full = true;
    };
    assert.deepEqual((await run({ isFull: () => full, fill })).files, 1);
    assert.deepEqual((await run({ signal: AbortSignal.abort() })).files, 0);
    const list = async () => Array.from({ length: 100 }, (_, i) => `${i}.m4s`);
    assert.deepEqual((await run({ fill: out, list })).failed, 5);
  });

  it('goes on with the next title when one cannot be listed', async () => {
    const list = async (media: string) => (media === 'b' ? out() : ['1.m4s']);
    assert.deepEqual((await run({ list })).filled, ['a/1.m4s']);
  });
});
