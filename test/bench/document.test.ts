import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge, table } from './document.ts';

test('writing one section keeps the others and can be repeated', () => {
  const first = merge('', [
    { name: 'kit', markdown: '## Kit\n\nold' },
    { name: 'edge', markdown: '## Edge' },
  ]);
  const second = merge(first, [{ name: 'kit', markdown: '## Kit\n\nnew' }]);
  assert.match(second, /## Edge/);
  assert.match(second, /new/);
  assert.doesNotMatch(second, /old/);
  assert.equal(merge(second, []), second);
});

test('a missed goal is said', () => {
  const text = table([{ what: 'x', unit: 'ms', samples: [3, 1, 2], goal: { atMost: 1 } }]);
  assert.match(text, /\| x \| ms \| 2\.00 \| 1\.00 – 3\.00 \| 3\.00 \| 3 \| ≤ 1: \*\*missed\*\* \|/);
});
