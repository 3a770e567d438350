import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Region } from '#base/names.ts';
import { RegionChoice } from './regions.ts';

function choice({ mayLeave = true, present = ['us-east-1', 'us-west-2'] as Region[] } = {}) {
  let nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => undefined };
  const regions = new RegionChoice({ clock, mayLeave: () => mayLeave, present: () => present });
  const sessions = Array.from({ length: 1_000 }, (_, i) => `session-${i}`);
  return {
    regions,
    wait: (ms: number) => {
      nowMs += ms;
    },
    refuse: (times: number, region: Region = 'us-east-1') => {
      for (let i = 0; i < times; i++) regions.saw(region, { region, well: false });
    },
    away: () => sessions.filter((key) => regions.choose('us-east-1', key) === 'us-west-2'),
  };
}

describe('the region of a viewer', () => {
  it('is home while home is well, and anywhere when nobody said', () => {
    const { regions, away } = choice();
    for (let i = 0; i < 100; i++) regions.saw('us-east-1', { region: 'us-east-1', well: true });
    assert.deepEqual(away(), []);
    assert.equal(regions.choose(undefined, 's'), undefined);
  });

  it('is another for as large a part as home refuses, and for the same ones, who come home later', () => {
    const { away, refuse, wait } = choice();
    refuse(10);
    const some = away();
    assert(some.length > 200 && some.length < 600, `${some.length}`);
    refuse(100);
    const nearlyAll = away();
    assert(nearlyAll.length > 950, `${nearlyAll.length}`);
    assert(
      some.every((key) => nearlyAll.includes(key)),
      'who left stays away',
    );
    wait(60_000);
    assert.deepEqual(away(), []);
  });

  it('is another when home lets requests go elsewhere unanswered', () => {
    const { regions, away } = choice();
    for (let i = 0; i < 50; i++) regions.saw('us-east-1', { region: 'us-west-2', well: true });
    assert(away().length > 500);
    assert.equal(regions.choose('us-west-2', 's'), 'us-west-2');
  });

  it('stays home when nobody is better off, nobody else is there, or the guard is off', () => {
    const both = choice();
    both.refuse(50);
    both.refuse(50, 'us-west-2');
    assert.deepEqual(both.away(), []);
    const alone = choice({ present: ['us-east-1'] });
    alone.refuse(50);
    assert.deepEqual(alone.away(), []);
    const kept = choice({ mayLeave: false });
    kept.refuse(50);
    assert.deepEqual(kept.away(), []);
  });
});
