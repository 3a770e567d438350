import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linesOf, type Placed, summaryOf, traceIdOf, treeOf } from './tree.ts';

const ID = 'a'.repeat(32);
const span = (spanId: string, parentId: string | undefined, more: Partial<Placed> = {}): Placed => ({
  traceId: ID,
  spanId,
  ...(parentId === undefined ? {} : { parentId }),
  kind: 'server',
  name: spanId,
  startMs: 1_000,
  durationMs: 10,
  outcome: 'ok',
  service: 'gateway',
  region: 'us-east-1',
  pod: 'gateway-a',
  ...more,
});

describe('a trace', () => {
  const spans = [
    span('served', 'second', { service: 'catalog', startMs: 1_006, durationMs: 2 }),
    span('second', 'root', { kind: 'client', startMs: 1_005, durationMs: 4 }),
    span('first', 'root', { kind: 'client', startMs: 1_001, durationMs: 3, outcome: 'unavailable' }),
    span('root', undefined, { durationMs: 12 }),
    span('lonely', 'of a pod that is gone', { startMs: 1_020, durationMs: 1, service: 'playback' }),
  ];
  it('is a tree, by cause and in order of time; what lost its parent stands alone', () => {
    const lines = linesOf(treeOf(spans), 1_000).map(({ depth, offsetMs, span: { spanId } }) => [
      depth,
      offsetMs,
      spanId,
    ]);
    assert.deepEqual(lines, [
      [0, 0, 'root'],
      [1, 1, 'first'],
      [1, 5, 'second'],
      [2, 6, 'served'],
      [0, 20, 'lonely'],
    ]);
  });
  it('has a length, services, and attempts that failed', () => {
    assert.deepEqual(summaryOf(spans), {
      startMs: 1_000,
      durationMs: 21,
      services: ['catalog', 'gateway', 'playback'],
      failedAttempts: 1,
    });
  });
  it('is known by its id or a traceparent, and by nothing else', () => {
    assert.equal(traceIdOf(`00-${ID}-${'b'.repeat(16)}-01`), ID);
    assert.equal(traceIdOf(` ${ID.toUpperCase()}`), ID);
    for (const bad of ['', 'x', ID.slice(1), `${ID}0`]) assert.throws(() => traceIdOf(bad), { code: 'bad-input' });
  });
});
