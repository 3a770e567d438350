import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Place } from '#base/names.ts';
import { tiersOf } from './region-preference.ts';

const group = (region: Place, well: string, known = well.length) => ({ region, known, well: [...well] });
const at = (preferred: Place, mayLeave = true) => ({ preferred, mayLeave });

describe('region preference', () => {
  const east = group('us-east-1', 'ab');
  const west = group('us-west-2', 'cd');
  const south = group('ap-south-1', 'e');

  it('asks the own region first, then the others by distance', () => {
    assert.deepEqual(tiersOf([south, west, east], at('us-east-1')), [['a', 'b'], ['c', 'd'], ['e']]);
    assert.deepEqual(tiersOf([south, east, west], at('ap-south-1')), [['e'], ['a', 'b'], ['c', 'd']]);
  });

  it('stays while half are well, and shares with the next when fewer are', () => {
    assert.deepEqual(tiersOf([group('us-east-1', 'a', 2), west], at('us-east-1')), [['a'], ['c', 'd']]);
    assert.deepEqual(tiersOf([group('us-east-1', 'a', 3), west, south], at('us-east-1')), [['a', 'c', 'd'], ['e']]);
  });

  it('leaves a region in which nobody is well', () => {
    assert.deepEqual(tiersOf([group('us-east-1', '', 2), west], at('us-east-1')), [['c', 'd']]);
  });

  it('off, stays whatever happens', () => {
    assert.deepEqual(tiersOf([east, west], at('us-east-1', false)), [['a', 'b']]);
    assert.deepEqual(tiersOf([group('us-east-1', '', 2), west], at('us-east-1', false)), []);
  });

  it('has no preference in the place that is nowhere', () => {
    assert.deepEqual(tiersOf([east, west], at('global', false)), [['a', 'b', 'c', 'd']]);
    assert.deepEqual(tiersOf([], at('global')), []);
  });
});
