import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { PlaybackDefinition } from '#contracts/generated/faultflix/playback/v1/Playback.ts';
import { isRegion } from '#contracts/region.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import type { Client, Handlers } from '#kit/context.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Edges } from './edges.ts';
import { isPlaybackOf, playbackId } from './playback-id.ts';

export interface PlaybackParts {
  readonly titles: Pick<Client<CatalogDefinition>, 'getTitle'>;
  readonly edges: Edges;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
}

const HEARTBEAT_MS = 10_000;
const HOUR_MS = 3_600_000;
const SIGNED_HOURS = 6;

export function playbackHandlers({ titles, edges, key, clock, metrics }: PlaybackParts): Handlers<PlaybackDefinition> {
  const starts = metrics.counter({ name: 'playback_starts_total', help: 'Streams started' });
  const heartbeats = metrics.counter({ name: 'playback_heartbeats_total', help: 'Heartbeats accepted' });
  return {
    async startPlayback({ session, titleId, idempotencyKey, home }) {
      const start = {
        session: needed(session, 'session'),
        titleId,
        idempotencyKey: needed(idempotencyKey, 'idempotency_key'),
      };
      if (!isRegion(home)) throw new FaultflixError('bad-input', 'not a region', { where: 'home', received: home });
      const { title } = await titles.getTitle({ id: needed(titleId, 'title_id') }, { priority: 'starting' });
      if (!title) throw new FaultflixError('internal', 'catalog answered without a title', { received: titleId });
      const origins = edges(home, session);
      if (origins.length === 0)
        throw new FaultflixError('unavailable', 'no edge is ready', { expected: 'one in any region' });
      // To the hour, so that a start which is tried again gives the same paths.
      const expiresAtMs = (Math.floor(clock.now() / HOUR_MS) + SIGNED_HOURS) * HOUR_MS;
      const folder = signedFolder({ session, media: title.media, expiresAtMs }, key);
      starts.inc();
      return {
        playback: playbackId(start, key),
        titleId,
        edges: [...origins],
        hls: `${folder}/master.m3u8`,
        dash: `${folder}/manifest.mpd`,
        heartbeatMs: HEARTBEAT_MS,
        expiresAtMs,
      };
    },
    heartbeat({ session, playback, positionMs }) {
      if (!isPlaybackOf(session, playback, key))
        throw new FaultflixError('not-found', 'no such playback of this session', { received: playback });
      if (!(positionMs >= 0))
        throw new FaultflixError('bad-input', 'not a position', { where: 'position_ms', received: `${positionMs}` });
      heartbeats.inc();
      return {};
    },
  };
}

function needed(value: string, where: string): string {
  if (value !== '') return value;
  throw new FaultflixError('bad-input', 'a field is empty', { where, expected: 'a value' });
}
