import assert from 'node:assert/strict';
import { it } from 'node:test';
import { edgeProof, isEdgeProof } from './edge-proof.ts';

const key = Buffer.alloc(32, 4);
const nowMs = 1_800_000_000_000;
const path = '/v1/o/a-title/seg-1.m4s';

it('an edge’s proof holds for its path and about its hour, by its key alone', () => {
  const proof = edgeProof(path, nowMs, key);
  for (const offMs of [0, 3_600_000, -3_600_000]) assert(isEdgeProof(proof, path, nowMs + offMs, key));
  assert(!isEdgeProof(proof, path, nowMs + 3 * 3_600_000, key));
  assert(!isEdgeProof(proof, '/v1/o/a-title/seg-2.m4s', nowMs, key));
  assert(!isEdgeProof(proof, path, nowMs, Buffer.alloc(32, 5)));
  for (const wrong of [undefined, '', ['a'], `${proof}x`, proof.slice(1)])
    assert(!isEdgeProof(wrong, path, nowMs, key), String(wrong));
});
