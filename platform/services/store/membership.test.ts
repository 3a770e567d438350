import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Member } from '#platform/stores/engines/etcd/protocol.ts';
import { founders, type Statement } from './founding.ts';
import { isReplaced, nextStep } from './membership.ts';
import { onlyEtcd } from './pass-on-metrics.ts';

const member = (ID: string, name: string, url: string, isLearner = false): Member => ({
  ID,
  name,
  peerURLs: [url],
  clientURLs: [],
  isLearner,
});
const self = { name: 'a.new', region: 'a', url: 'http://new' };
const [old, b, c] = [
  member('1', 'a.old', 'http://old'),
  member('2', 'b.x', 'http://b'),
  member('3', 'c.x', 'http://c'),
];

describe('a newcomer', () => {
  it('removes the place of its region whose pod is gone, then adds itself, then starts', () => {
    const living = new Set(['http://new', 'http://b', 'http://c']);
    assert.deepEqual(nextStep([old, b, c], self, living), { do: 'remove', member: old });
    assert.deepEqual(nextStep([b, c], self, living), { do: 'add' });
    const added = [b, c, member('4', '', 'http://new', true)];
    assert.deepEqual(nextStep(added, self, living), { do: 'start', members: added });
  });

  it('leaves a place whose pod is there, and those of other regions though their pods are gone', () => {
    assert.deepEqual(nextStep([old, b, c], self, new Set(['http://old'])), { do: 'add' });
    assert.deepEqual(nextStep([b, c], self, new Set()), { do: 'add' });
  });

  it('does not take the place of an earlier life at its own address', () => {
    const earlier = member('5', 'a.earlier', 'http://new');
    assert.deepEqual(nextStep([earlier, b, c], self, new Set(['http://new'])), { do: 'remove', member: earlier });
  });
});

describe('one that ends', () => {
  it('is replaced by a voter of its own region alone', () => {
    assert.equal(isReplaced([old, b, c, member('4', 'a.new', 'http://new')], { ...self, name: 'a.old' }), true);
    assert.equal(isReplaced([old, b, c, member('4', 'a.new', 'http://new', true)], { ...self, name: 'a.old' }), false);
    assert.equal(isReplaced([old, b, c], { ...self, name: 'a.old' }), false);
  });
});

describe('founding', () => {
  const says = (region: string, heard: readonly string[], uid = region): Statement => ({
    empty: true,
    uid,
    region,
    name: `${region}.${uid}`,
    url: `http://${uid}`,
    heard: [...heard],
  });
  const all = ['a', 'b', 'c'];

  it('takes one of each region, each of which has heard all', () => {
    const statements = all.map((region) => says(region, all));
    assert.deepEqual(founders([...statements].reverse(), all), statements);
  });

  it('does not happen without a region, with two of one, or while one has not heard another', () => {
    assert.equal(founders([says('a', all), says('b', all)], all), undefined);
    assert.equal(founders([...all.map((region) => says(region, all)), says('a', all, 'a2')], all), undefined);
    assert.equal(founders([says('a', all), says('b', all), says('c', ['c', 'a'])], all), undefined);
  });
});

describe('metrics', () => {
  it("are etcd's own alone", () => {
    const text = '# HELP go_x y\ngo_x 1\n# HELP etcd_a b\n# TYPE etcd_a gauge\netcd_a{x="1"} 2\nprocess_y 3\n';
    assert.equal(onlyEtcd(text), '# HELP etcd_a b\n# TYPE etcd_a gauge\netcd_a{x="1"} 2\n');
  });
});
