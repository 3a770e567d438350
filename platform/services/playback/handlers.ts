import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { CatalogDefinition } from '#contracts/generated/faultflix/catalog/v1/Catalog.ts';
import type { PlaybackDefinition } from '#contracts/generated/faultflix/playback/v1/Playback.ts';
import { isRegion, type Region } from '#contracts/region.ts';
import { signedFolder } from '#contracts/signed-path.ts';
import type { Client, Handlers } from '#kit/context.ts';
import type { Metrics } from '#kit/metrics.ts';
import { mustBeOldEnough } from './age.ts';
import { Coalesce } from './coalesce.ts';
import type { Edges } from './edges.ts';
import { leaseDefaults } from './leases.ts';
import { mustBeLicensed } from './licence.ts';
import { isPlaybackOf, playbackId } from './playback-id.ts';
import { signedUntilMs } from './signed-for.ts';
import type { State } from './state.ts';
import { steeringManifest } from './steering.ts';
import { type Playable, playable } from './title.ts';

export interface PlaybackParts {
  readonly titles: Pick<Client<CatalogDefinition>, 'getTitle'>;
  readonly edges: Edges;
  readonly state: Pick<State, 'start' | 'beat' | 'stop' | 'positions'>;
  /** Takes what a player says of itself: `viewing.ts`. */
  readonly hear: (cmcd: string) => void;
  readonly key: Buffer;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
}

const HEARTBEAT_MS = 10_000;
/** What a plan allows that says nothing: docs/architecture.md, "Signing in". */
const LEAST_STREAMS = 1;
const PLAYBACKS_REMEMBERED = 10_000;

export function playbackHandlers(parts: PlaybackParts): Handlers<PlaybackDefinition> {
  const { titles, edges, state, hear, key, clock, metrics } = parts;
  const starts = metrics.counter({ name: 'playback_starts_total', help: 'Streams started' });
  const heartbeats = metrics.counter({ name: 'playback_heartbeats_total', help: 'Heartbeats accepted' });
  const writes = new Coalesce({ everyMs: leaseDefaults.renewAfterMs, most: PLAYBACKS_REMEMBERED });
  const lengths = new Map<string, number | undefined>();

  const titleOf = async (id: string): Promise<Playable> => {
    const { title } = await titles.getTitle({ id }, { priority: 'starting' });
    if (!title) throw new FaultflixError('internal', 'catalog answered without a title', { received: id });
    const found = playable(title, id);
    lengths.set(id, found.lengthMs);
    if (lengths.size > PLAYBACKS_REMEMBERED) lengths.delete(lengths.keys().next().value!);
    return found;
  };
  /** Not known here after the region that started the stream is lost: then the catalogue is asked, once. */
  const lengthOf = async (id: string): Promise<number | undefined> => {
    if (id === '' || lengths.has(id)) return lengths.get(id);
    return titleOf(id).then(
      ({ lengthMs }) => lengthMs,
      () => undefined, // a position without its title's length is still a position
    );
  };
  const edgesOf = (home: Region, session: string) => {
    const origins = edges(home, session);
    if (origins.length > 0) return origins;
    throw new FaultflixError('unavailable', 'no edge is ready', { expected: 'one in any region' });
  };

  return {
    async startPlayback(request) {
      const { session, titleId, idempotencyKey, home, account, profile, country } = request;
      const { maxStreams, maxHeight, maxAge } = request;
      const start = {
        session: needed(session, 'session'),
        titleId: needed(titleId, 'title_id'),
        idempotencyKey: needed(idempotencyKey, 'idempotency_key'),
      };
      const region = regionOf(home);
      const title = await titleOf(titleId);
      mustBeLicensed(title, country);
      mustBeOldEnough(title, maxAge);
      const origins = edgesOf(region, session);
      const playback = playbackId(start, key);
      const streams = maxStreams > 0 ? maxStreams : LEAST_STREAMS;
      const resumeMs =
        account === '' && profile === ''
          ? 0
          : await state.start(
              { account, profile, session, playback, titleId },
              { maxStreams: streams, lengthMs: title.lengthMs },
            );
      const expiresAtMs = signedUntilMs(clock.now(), title.lengthMs);
      const cap = maxHeight > 0 ? { maxHeightPx: maxHeight } : {};
      const folder = signedFolder({ session, media: title.media, expiresAtMs, ...cap }, key);
      starts.inc();
      writes.done(playback, clock.now());
      return {
        playback,
        titleId,
        edges: [...origins],
        hls: `${folder}/master.m3u8`,
        dash: `${folder}/manifest.mpd`,
        heartbeatMs: HEARTBEAT_MS,
        expiresAtMs,
        resumeMs,
        steering: steeringPath({ playback, session, home }),
      };
    },

    async heartbeat({ session, playback, positionMs, account, profile, titleId, cmcd }) {
      mustBeOf(session, playback, key);
      mustBePosition(positionMs);
      hear(cmcd);
      heartbeats.inc();
      const nowMs = clock.now();
      if ((account === '' && profile === '') || !writes.due(playback, nowMs)) return {};
      const stream = { account, profile, session, playback, titleId };
      await state.beat(stream, { positionMs, lengthMs: profile === '' ? undefined : await lengthOf(titleId) });
      writes.done(playback, nowMs);
      return {};
    },

    async stopPlayback({ session, playback, account, profile, titleId, positionMs }) {
      mustBeOf(session, playback, key);
      mustBePosition(positionMs);
      writes.forget(playback);
      // Heartbeats are written now and then: this one says where it stopped. Of no account, since its place is given back.
      const stream = { account: '', profile, session, playback, titleId };
      const kept = profile !== '' && titleId !== '';
      await Promise.all([
        state.stop({ account, playback }),
        kept ? state.beat(stream, { positionMs, lengthMs: await lengthOf(titleId) }) : undefined,
      ]);
      return {};
    },

    async listPositions({ profile, limit }) {
      needed(profile, 'profile');
      if (limit < 0 || limit > 100)
        throw new FaultflixError('bad-input', 'not a limit', {
          where: 'limit',
          expected: '1 to 100',
          received: `${limit}`,
        });
      const found = (await state.positions(profile)).slice(0, limit === 0 ? 20 : limit);
      return { positions: found.map(({ titleId, positionMs, atMs }) => ({ titleId, positionMs, atMs })) };
    },

    getSteering({ playback, session, home }) {
      mustBeOf(session, playback, key);
      const path = steeringPath({ playback, session, home });
      return { manifest: steeringManifest(edgesOf(regionOf(home), session), path) };
    },
  };
}

const steeringPath = ({ playback, session, home }: { playback: string; session: string; home: string }) =>
  `/v1/steering/${playback}?${new URLSearchParams({ session, home })}`;

function mustBeOf(session: string, playback: string, key: Buffer): void {
  if (isPlaybackOf(session, playback, key)) return;
  throw new FaultflixError('not-found', 'no such playback of this session', { received: playback.slice(0, 100) });
}

function mustBePosition(positionMs: number): void {
  if (positionMs >= 0) return;
  throw new FaultflixError('bad-input', 'not a position', { where: 'position_ms', received: `${positionMs}` });
}

function regionOf(home: string): Region {
  if (isRegion(home)) return home;
  throw new FaultflixError('bad-input', 'not a region', { where: 'home', received: home });
}

function needed(value: string, where: string): string {
  if (value !== '') return value;
  throw new FaultflixError('bad-input', 'a field is empty', { where, expected: 'a value' });
}
