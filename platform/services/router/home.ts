import type { IncomingHttpHeaders } from 'node:http';
import { claimedViewer } from '#contracts/play-token.ts';
import { isRegion, type Region } from '#contracts/region.ts';

export interface Destination {
  /** Whose gateways are tried first; the order by load and health when nobody said. */
  readonly home?: Region;
  /** Keeps a viewer with one gateway while that is well. */
  readonly session?: string;
}

/**
 * Where a request should go. The listener that it came by cannot be seen behind Toxiproxy, so in this order: what the
 * play token says, header `x-faultflix-home`, the `home` of a sign-in's body.
 */
export function destinationOf(headers: IncomingHttpHeaders, body: Buffer | undefined): Destination {
  const { home, session } = claimedViewer(headers.authorization);
  const known = home ?? regionOf(headers['x-faultflix-home']) ?? homeInBody(body);
  return { ...(known === undefined ? {} : { home: known }), ...(session === undefined ? {} : { session }) };
}

const regionOf = (value: unknown): Region | undefined => (isRegion(value) ? value : undefined);

function homeInBody(body: Buffer | undefined): Region | undefined {
  if (body === undefined || body.length === 0) return undefined;
  try {
    return regionOf((JSON.parse(body.toString('utf8')) as { home?: unknown } | null)?.home);
  } catch {
    return undefined; // the gateway says what is wrong with it
  }
}
