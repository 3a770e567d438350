import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header by which an edge shows an origin, or its parent edge, that it is one of ours. */
export const EDGE_PROOF_HEADER = 'x-faultflix-edge';

const HOUR_MS = 3_600_000;

/** HMAC-SHA256 of path and hour with the play key, base64url: what is overheard opens one path for two hours at most. */
export function edgeProof(path: string, nowMs: number, key: Buffer): string {
  const hour = Math.floor(nowMs / HOUR_MS);
  return createHmac('sha256', key).update(`faultflix edge\n${hour}\n${path}`).digest('base64url');
}

/** Whether the proof is of this hour, or of one beside it: clocks differ, and a request may cross the hour. */
export function isEdgeProof(proof: unknown, path: string, nowMs: number, key: Buffer): boolean {
  if (typeof proof !== 'string') return false;
  const given = Buffer.from(proof);
  return [0, -HOUR_MS, HOUR_MS].some((offMs) => {
    const expected = Buffer.from(edgeProof(path, nowMs + offMs, key));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}
