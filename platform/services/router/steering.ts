import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { FaultflixError } from '#base/errors.ts';
import { type Region, regions } from '#base/names.ts';
import { isRegion } from '#contracts/region.ts';
import type { Endpoint, Endpoints, ServiceContext } from '#kit/service.ts';
import { destinationOf } from './home.ts';

/**
 * The steering document. Its upper-case members are those of HLS Content Steering 1.2 (a pathway is a region), so that a
 * player can follow it; `regions` adds the edges in order.
 */
export interface SteeringDocument {
  readonly VERSION: 1;
  /** Seconds after which to ask again. */
  readonly TTL: number;
  readonly 'PATHWAY-PRIORITY': readonly string[];
  readonly regions: ReadonlyArray<{ readonly region: string; readonly edges: readonly string[] }>;
}

const TTL_SECONDS = 10;

/** `edges` in order, nearest region first; a region without an edge that is ready has no pathway. */
export function steeringDocument(edges: readonly Endpoint[]): SteeringDocument {
  const byRegion = new Map<string, string[]>();
  for (const { region, host, port } of edges)
    byRegion.set(region, [...(byRegion.get(region) ?? []), `https://${isIPv6(host) ? `[${host}]` : host}:${port}`]);
  return {
    VERSION: 1,
    TTL: TTL_SECONDS,
    'PATHWAY-PRIORITY': [...byRegion.keys()],
    regions: [...byRegion].map(([region, origins]) => ({ region, edges: origins })),
  };
}

/** `GET /v1/steering?home=us-east-1`; the home of the play token or of `x-faultflix-home` when the query has none. */
export function steeringRoute(app: FastifyInstance, { endpoints }: Pick<ServiceContext, 'endpoints'>): void {
  const byHome = new Map<Region, Endpoints>(regions.map((home) => [home, endpoints('edge', 'https', { from: home })]));
  app.get('/v1/steering', { config: { priority: 'playing' } }, async ({ query, headers }) => {
    const { home: asked } = query as { home?: string };
    const home = asked ?? destinationOf(headers, undefined).home;
    if (isRegion(home)) return steeringDocument(byHome.get(home)!.nearest(home));
    throw new FaultflixError('bad-input', 'whose steering document?', {
      where: 'query home',
      expected: regions.join(', '),
      received: asked ?? 'nothing',
    });
  });
}
