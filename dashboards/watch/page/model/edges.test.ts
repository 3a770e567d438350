import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { steeringManifest } from '#platform/services/playback/steering.ts';
import {
  atCurrentEdge,
  currentEdge,
  edgeOf,
  edgesOfSteering,
  firstEdge,
  nextEdge,
  PENALTY_MS,
  steered,
} from './edges.ts';

describe('the edge', () => {
  const choice = firstEdge(['https://127.0.0.1:8441', 'https://127.0.0.2:8441']);
  const url = 'http://127.0.0.1:7500/edge/127.0.0.1:8441/v1/t/sig/title/seg-1.m4s';
  it('is the first one, and the next one when that fails, once however many requests failed', () => {
    assert.equal(currentEdge(choice), '127.0.0.1:8441');
    const next = nextEdge(choice, edgeOf(url)!, 0);
    assert.equal(atCurrentEdge(next, url), url.replace('/127.0.0.1:8441/', '/127.0.0.2:8441/'));
    assert.deepEqual(nextEdge(next, edgeOf(url)!, 0), next);
    assert.deepEqual([nextEdge(next, '127.0.0.2:8441', 0).current, next.failovers], [0, 1]);
  });
  it('stays where there is no other', () => {
    const only = firstEdge(['https://127.0.0.1:8441']);
    assert.deepEqual(nextEdge(only, '127.0.0.1:8441', 0), only);
  });
});

describe('steering', () => {
  const [a, b, c] = ['127.0.0.1:8441', '127.0.0.2:8441', '127.0.0.3:8441'] as const;
  const origins = [a, b, c].map((host) => `https://${host}`);
  it('reads what the platform says: the edges in order, and for how long', () => {
    const manifest: unknown = JSON.parse(steeringManifest(origins, '/v1/steering/x'));
    assert.deepEqual(edgesOfSteering(manifest), { edges: [a, b, c], ttlMs: 10_000 });
    assert.throws(() => edgesOfSteering({ VERSION: 1 }));
  });
  it('goes to the best, but to none that was left just now', () => {
    const left = nextEdge(firstEdge(origins), a, 1_000);
    const same = steered(left, [a, b, c], 2_000);
    assert.deepEqual([currentEdge(same), same.failovers], [b, 1]);
    assert.equal(currentEdge(steered(same, [a, b, c], 1_000 + PENALTY_MS)), a);
    assert.equal(currentEdge(steered(left, [c, a, b], 2_000)), c);
  });
  it('keeps what it has where nothing is said, and asks the only one there is', () => {
    const left = nextEdge(firstEdge(origins), a, 0);
    assert.equal(steered(left, [], 1), left);
    assert.equal(currentEdge(steered(left, [a], 1)), a);
  });
});
