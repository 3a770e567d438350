import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '#base/clock.ts';
import type { Place } from '#base/names.ts';
import type { PlaybackDefinition } from '#contracts/generated/faultflix/playback/v1/Playback.ts';
import { mintPlayToken, readPlayToken, type Viewer } from '#contracts/play-token.ts';
import { freshContext } from '#kit/propagation.ts';
import { currentRequest, runWithRequest } from '#kit/request-context.ts';
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
  /** `work` on behalf of the token's viewer: the session travels with every call, and scopes idempotency keys. */
  const asViewer = async <T>({ headers }: FastifyRequest, work: (viewer: Viewer) => Promise<T>): Promise<T> => {
    const viewer = await readPlayToken(headers.authorization, key, clock.now());
    const context = currentRequest() ?? freshContext('browsing');
    return runWithRequest({ ...context, session: viewer.session }, () => work(viewer));
  };

  app.post('/v1/session', { config: { priority: 'starting' } }, async ({ body }) => {
    const { device, home } = checked(sessionInput, body, 'body');
    const session = randomUUID();
    return { playToken: await mintPlayToken({ session, home, device }, key, clock.now()), session, region };
  });

  app.get('/v1/browse', { config: { priority: 'browsing' } }, (request) =>
    asViewer(request, async () => {
      const { rows, degraded } = await shelf.rows();
      return degraded ? { rows, degraded } : { rows };
    }),
  );

  app.post('/v1/play', { config: { priority: 'starting' } }, (request) =>
    asViewer(request, async ({ session, home }) => {
      const { titleId } = checked(playInput, request.body, 'body');
      const idempotencyKey = checked(idempotencyKeyInput, request.headers['idempotency-key'], 'header idempotency-key');
      const start = { session, titleId, idempotencyKey, home };
      const started = await playback.startPlayback(start, { idempotencyKey, priority: 'starting' });
      const { edges, hls, dash, heartbeatMs } = started;
      return { playback: started.playback, title: started.titleId, edges, hls, dash, heartbeatMs };
    }),
  );

  app.post('/v1/heartbeat', { config: { priority: 'playing' } }, (request) =>
    asViewer(request, ({ session }) => {
      const { playback: id, positionMs } = checked(heartbeatInput, request.body, 'body');
      return playback.heartbeat({ session, playback: id, positionMs }, { priority: 'playing' });
    }),
  );
}
