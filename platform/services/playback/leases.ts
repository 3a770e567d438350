import type { Lease } from './collections.ts';

export const leaseDefaults = {
  /** Four heartbeats may be lost, and a region with its viewers' home, before a place is given to somebody else. */
  ttlMs: 60_000,
  /** A place is written again when this much of it is used up: one write for each two heartbeats. */
  renewAfterMs: 20_000,
} as const;

export interface Claim {
  readonly playback: string;
  readonly session: string;
  readonly maxStreams: number;
  readonly nowMs: number;
  readonly ttlMs: number;
}

/**
 * The leases with the claim's among them, or `full`. A playback that holds a place keeps it. When all are taken, a start
 * takes the oldest place of its own session (a viewer who chose another title without stopping the one before), never
 * that of another device.
 */
export function claimed(leases: readonly Lease[], claim: Claim): readonly Lease[] | 'full' {
  const { playback, session, maxStreams, nowMs, ttlMs } = claim;
  const others = leases.filter((lease) => lease.expiresAtMs > nowMs && lease.playback !== playback);
  const mine: Lease = { playback, session, expiresAtMs: nowMs + ttlMs };
  const held = leases.some((lease) => lease.playback === playback && lease.expiresAtMs > nowMs);
  if (held || others.length < maxStreams) return [...others, mine];
  const oldest = others.filter((lease) => lease.session === session).sort((a, b) => a.expiresAtMs - b.expiresAtMs)[0];
  return oldest === undefined ? 'full' : [...others.filter((lease) => lease !== oldest), mine];
}

/**
 * After a heartbeat: as `claimed`, but it pushes nobody out. A playback whose place ran out while its viewer paused
 * gets one again if there is room.
 */
export function renewed(leases: readonly Lease[], claim: Claim): readonly Lease[] | 'full' {
  const { playback, maxStreams, nowMs } = claim;
  const living = leases.filter((lease) => lease.expiresAtMs > nowMs);
  const held = living.some((lease) => lease.playback === playback);
  return held || living.length < maxStreams ? claimed(living, claim) : 'full';
}

export function released(leases: readonly Lease[], playback: string, nowMs: number): readonly Lease[] {
  return leases.filter((lease) => lease.playback !== playback && lease.expiresAtMs > nowMs);
}
