import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CMCD_EDGE_KEY, parseCmcd } from '#contracts/cmcd.ts';
import { cmcdHeaders } from './cmcd.ts';

const state = {
  edge: '127.0.0.1:8441',
  playback: 'name.proof',
  title: 'the-"salt"-road',
  format: 'dash',
  bufferMs: 7_960,
  bitrateBps: 643_263,
  bandwidthBps: 2_449_000,
  rate: 1,
  starved: true,
} as const;

test('what a player says is read by the platform, every word of it', () => {
  const { values, refused } = parseCmcd(Object.values(cmcdHeaders(state)).join(','));
  assert.deepEqual(refused, []);
  assert.deepEqual(values, {
    ...{ br: 643, bl: 8_000, mtp: 2_400, bs: true, cid: state.title, sf: 'd', sid: 'name.proof', st: 'v' },
    [CMCD_EDGE_KEY]: state.edge,
  });
});

test('what it does not know it does not say', () => {
  const unknown = {
    ...state,
    edge: undefined,
    bitrateBps: undefined,
    bandwidthBps: undefined,
    starved: false,
    rate: 0,
  };
  const { values, refused } = parseCmcd(Object.values(cmcdHeaders(unknown)).join(','));
  assert.deepEqual(refused, []);
  assert.deepEqual(Object.keys(values).sort(), ['bl', 'cid', 'pr', 'sf', 'sid', 'st']);
});
