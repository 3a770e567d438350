import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { type Region, regions } from '#base/names.ts';
import type { Endpoint, Endpoints, ServiceContext } from '#kit/service.ts';

/** The edges for a session of a home region, best first. */
export type Edges = (home: Region, session: string) => readonly string[];

/** Live from the EndpointSlices, with the port that viewers of the home region connect to. */
export function edgesFor({ endpoints }: Pick<ServiceContext, 'endpoints'>): Edges {
  const byHome = new Map<Region, Endpoints>(regions.map((home) => [home, endpoints('edge', 'https', { from: home })]));
  return (home, session) => ordered(byHome.get(home)!.nearest(home), session).map(origin);
}

/**
 * The order of regions stays; inside a region each session has an order of its own (rendezvous hashing), so that
 * viewers spread over the edges and a viewer who starts again finds the edge whose memory is warm.
 */
export function ordered(endpoints: readonly Endpoint[], session: string): readonly Endpoint[] {
  const regionRank = new Map([...new Set(endpoints.map(({ region }) => region))].map((region, i) => [region, i]));
  return endpoints
    .map((endpoint) => ({ endpoint, weight: weightOf(`${session} ${endpoint.id}`) }))
    .sort((a, b) => {
      const byRegion = regionRank.get(a.endpoint.region)! - regionRank.get(b.endpoint.region)!;
      return byRegion === 0 ? b.weight - a.weight : byRegion;
    })
    .map(({ endpoint }) => endpoint);
}

const weightOf = (text: string) => createHash('sha1').update(text).digest().readUInt32BE(0);

const origin = ({ host, port }: Endpoint) => `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
