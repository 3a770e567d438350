import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Member } from '#platform/stores/engines/etcd/protocol.ts';
import { betterLeaders } from './leadership.ts';

const member = (name: string, isLearner = false): Member => ({
  ID: name,
  name,
  peerURLs: [],
  clientURLs: [],
  isLearner,
});
const [east, west, south] = [member('us-east-1.a'), member('us-west-2.a'), member('ap-south-1.a')];
const names = (members: readonly Member[]) => members.map(({ name }) => name);

describe('a leader', () => {
  it('far from the others knows who is nearer, the nearest first', () => {
    assert.deepEqual(names(betterLeaders([south, west, east], 'ap-south-1')), ['us-east-1.a', 'us-west-2.a']);
  });
  it('that is about as near as any stays', () => {
    assert.deepEqual(betterLeaders([south, west, east], 'us-west-2'), []);
    assert.deepEqual(betterLeaders([south, west, east], 'us-east-1'), []);
  });
  it('is never a learner, nor a member that has not started', () => {
    assert.deepEqual(betterLeaders([south, west, member('us-east-1.b', true), member('')], 'ap-south-1'), []);
    assert.deepEqual(names(betterLeaders([south, east, member('us-west-2.b', true)], 'ap-south-1')), []);
  });
});
