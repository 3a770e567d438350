import type { IncomingHttpHeaders } from 'node:http';
import type { PlaybackDefinition } from '#contracts/generated/faultflix/playback/v1/Playback.ts';
import type { Profile__Output } from '#contracts/generated/faultflix/users/v1/Profile.ts';
import type { Viewer } from '#contracts/play-token.ts';
import type { Client, ServiceContext } from '#kit/service.ts';
import type { On } from '../operations.ts';
import type { Profiles } from '../signing-in/profiles.ts';

export interface WatchingParts {
  readonly playback: Client<PlaybackDefinition>;
  readonly profiles: Profiles;
  readonly context: Pick<ServiceContext, 'withFallback'>;
}

type Watcher = Pick<Profile__Output, 'id' | 'maxAge'>;
const nobody: Watcher = { id: '', maxAge: 0 };

const CMCD_HEADERS = ['cmcd-request', 'cmcd-object', 'cmcd-status', 'cmcd-session'] as const;
const CMCD_LENGTH = 1_024;

export function watchingRoutes(on: On, { playback, profiles, context }: WatchingParts): void {
  /** The viewer's own profile, or none while `users` is out: watching goes on, and where it stopped is not kept. */
  const profileOf = async (viewer: Viewer, id: string | undefined): Promise<Watcher> => {
    if (id === undefined) return nobody;
    const call = (): Promise<Watcher> => profiles.own(viewer, id);
    return (await context.withFallback({ name: 'profile', call, instead: () => nobody })).value;
  };

  on('startPlayback', async ({ viewer, body: { titleId, profile: of }, idempotencyKey }) => {
    const { session, home, account = '', country, maxStreams, maxHeight } = viewer;
    const { id: profile, maxAge } = await profileOf(viewer, of);
    const allowed = { country, maxStreams, maxHeight, maxAge };
    const start = { session, titleId, idempotencyKey, home, account, profile, ...allowed };
    const started = await playback.startPlayback(start, { idempotencyKey, priority: 'starting' });
    const { edges, hls, dash, heartbeatMs, resumeMs, steering } = started;
    return {
      ...{ playback: started.playback, title: started.titleId, edges, hls, dash, heartbeatMs },
      ...(resumeMs > 0 ? { resumeMs } : {}),
      ...(steering === '' ? {} : { steering }),
    };
  });

  on('heartbeat', async ({ viewer, body: { playback: id, positionMs, titleId = '', profile: of }, request }) => {
    const { session, account = '' } = viewer;
    const beat = { session, playback: id, positionMs, account, profile: (await profileOf(viewer, of)).id, titleId };
    await playback.heartbeat({ ...beat, cmcd: cmcdOf(request.headers) }, { priority: 'playing' });
    return {};
  });

  on('stopPlayback', async ({ viewer, body: { playback: id, positionMs, titleId = '', profile: of } }) => {
    const { session, account = '' } = viewer;
    const at = positionMs === undefined ? {} : { positionMs, titleId, profile: (await profileOf(viewer, of)).id };
    await playback.stopPlayback({ session, playback: id, account, ...at }, { priority: 'playing' });
    return {};
  });

  on('listPositions', async ({ viewer, query }) => {
    const { id } = await profiles.own(viewer, query.profile);
    return playback.listPositions({ profile: id, limit: 50 });
  });

  on('getSteering', async ({ params, query: { session, home = 'us-east-1' }, reply }) => {
    const asked = { playback: params.playback, session, home };
    const { manifest } = await playback.getSteering(asked, { priority: 'playing' });
    return reply.type('application/json').send(manifest);
  });
}

/** CTA-5004: four headers, each a list; together they are one. */
function cmcdOf(headers: IncomingHttpHeaders): string {
  const said = CMCD_HEADERS.flatMap((name) => headers[name] ?? []);
  return said.join(',').slice(0, CMCD_LENGTH);
}
