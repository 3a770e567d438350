import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Clock } from '#base/clock.ts';
import type { Place } from '#base/names.ts';
import type { PlaybackDefinition } from '#contracts/generated/faultflix/playback/v1/Playback.ts';
import { mintPlayToken, readPlayToken } from '#contracts/play-token.ts';
import type { Client } from '#kit/service.ts';
import type { Shelf } from './browse.ts';
import { checked, heartbeatInput, idempotencyKeyInput, playInput, sessionInput } from './input.ts';

export interface GatewayParts {
  readonly shelf: Pick<Shelf, 'rows'>;
  readonly playback: Client<PlaybackDefinition>;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly region: Place;
}

/** docs/architecture.md, "What a viewer calls". Errors go out by their code; the kit maps them. */
export function routes(app: FastifyInstance, { shelf, playback, key, clock, region }: GatewayParts): void {
  const viewerOf = ({ headers }: { headers: { authorization?: string | undefined } }) =>
    readPlayToken(headers.authorization, key, clock.now());

  app.post('/v1/session', { config: { priority: 'starting' } }, async ({ body }) => {
    const { device, home } = checked(sessionInput, body, 'body');
    const session = randomUUID();
    return { playToken: await mintPlayToken({ session, home, device }, key, clock.now()), session, region };
  });

  app.get('/v1/browse', { config: { priority: 'browsing' } }, async (request) => {
    await viewerOf(request);
    const { rows, degraded } = await shelf.rows();
    return degraded ? { rows, degraded } : { rows };
  });

  app.post('/v1/play', { config: { priority: 'starting' } }, async (request) => {
    const { session, home } = await viewerOf(request);
    const { titleId } = checked(playInput, request.body, 'body');
    const idempotencyKey = checked(idempotencyKeyInput, request.headers['idempotency-key'], 'header idempotency-key');
    const start = { session, titleId, idempotencyKey, home };
    const started = await playback.startPlayback(start, { idempotencyKey, priority: 'starting' });
    const { edges, hls, dash, heartbeatMs } = started;
    return { playback: started.playback, title: started.titleId, edges, hls, dash, heartbeatMs };
  });

  app.post('/v1/heartbeat', { config: { priority: 'playing' } }, async (request) => {
    const { session } = await viewerOf(request);
    const { playback: id, positionMs } = checked(heartbeatInput, request.body, 'body');
    return playback.heartbeat({ session, playback: id, positionMs }, { priority: 'playing' });
  });
}
