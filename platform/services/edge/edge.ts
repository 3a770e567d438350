import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { mounted } from '#base/mounts.ts';
import type { ServiceContext } from '#kit/context.ts';
import type { Trust } from '#kit/http/connection.ts';
import { DiskCache } from './cache/disk.ts';
import { MemoryCache } from './cache/memory.ts';
import { hashOf, Sketch } from './cache/sketch.ts';
import type { MediaFile } from './file.ts';
import { filler } from './fill/fill.ts';
import { listTitle, originSource } from './fill/origin.ts';
import { Peers } from './fill/parent.ts';
import { inFillWindow, placeAhead } from './fill/window.ts';
import { Media, type ServedFrom } from './media.ts';
import { MOST_POPULAR, POPULAR_PATH, peerRoutes } from './peer-routes.ts';
import { Demand, mostDemanded, type TitleDemand } from './popularity.ts';
import { routes } from './routes.ts';

const MIB = 1_048_576;

export const edgeDefaults = {
  /** Half of what the pod's memory limit leaves beside Node itself and viewers' connections. */
  memoryBytes: 48 * MIB,
  /** Of the volume's 512 MiB, which counts whole blocks and names as well. */
  diskBytes: 448 * MIB,
  /** Counters a row: some times the 10,000 files or so that fit on the disk. */
  sketchWidth: 32_768,
  /** What is placed ahead leaves the other half of the disk to what viewers ask for. */
  aheadShare: 0.5,
  aheadTitles: 20,
  aheadEveryMs: 3_600_000,
} as const;

export interface EdgeWorld
  extends Pick<
    ServiceContext,
    'identity' | 'metrics' | 'clock' | 'env' | 'log' | 'ending' | 'endpoints' | 'onShutdown'
  > {
  readonly https: ServiceContext['https'];
  readonly key: Buffer;
  readonly trust: () => Trust;
  /** Where files are kept; the volume unless told. */
  readonly folder?: string;
}

/** Builds the edge and adds its routes. */
export function edge(app: FastifyInstance, world: EdgeWorld): Media {
  const { identity, metrics, clock, log, key, https, endpoints, env } = world;
  const sketch = new Sketch(edgeDefaults.sketchWidth);
  const popularity = (file: string) => sketch.estimate(hashOf(file));
  const { memory, disk, onServed } = caches(world, popularity);
  const client = https('origin');
  const origin = { client, key, clock };
  const [edges, origins] = [endpoints('edge', 'https'), endpoints('origin', 'https')];
  const peers = new Peers({
    ...{ edges, origins },
    ...{ place: identity.region, podUid: identity.podUid, trust: world.trust, key, clock },
  });
  world.onShutdown(() => peers.close());
  const fill = filler({ origin: originSource(origin), parentFor: (file) => peers.parentFor(file), metrics });
  const media = new Media({ memory, disk, sketch, fill, clock, onServed });
  const demand = new Demand();
  routes(app, { media, demand, key, clock, metrics });
  peerRoutes(app, { media, demand, key, clock, metrics });

  const placed = metrics.counter({ name: 'edge_placed_ahead_total', help: 'Files placed ahead', labels: ['outcome'] });
  const popular = async () => {
    const told = (await peers.askAll(POPULAR_PATH)).map((body) => titlesIn(body));
    return mostDemanded([demand.top(MOST_POPULAR), ...told], edgeDefaults.aheadTitles);
  };
  const ahead = async () => {
    const { files, failed } = await placeAhead({
      popular,
      list: (title) => listTitle(title, origin),
      has: (file) => media.has(file),
      fill: (title, name) => media.file({ media: title, name }, { ahead: true }),
      isFull: () => disk.bytes >= edgeDefaults.diskBytes * edgeDefaults.aheadShare,
      signal: world.ending,
    });
    placed.inc({ outcome: 'placed' }, files);
    placed.inc({ outcome: 'failed' }, failed);
    if (files + failed > 0) log.info({ files, failed }, 'placed ahead');
  };
  const keepAhead = async () => {
    await Promise.all([edges.known, origins.known]);
    await ahead(); // an edge that is new has nothing: it need not wait for the night
    for (;;) {
      await clock.sleep(edgeDefaults.aheadEveryMs, world.ending);
      demand.halve();
      if (env.FAULTFLIX_FILL_WINDOW === 'always' || inFillWindow(clock.now(), identity.region)) await ahead();
    }
  };
  if (env.FAULTFLIX_FILL_WINDOW !== 'never')
    keepAhead().catch((err: unknown) => {
      if (!world.ending.aborted) log.error({ err }, 'nothing is placed ahead any more');
    });
  return media;
}

function caches(world: EdgeWorld, popularity: (file: string) => number) {
  const { metrics, clock, env, log } = world;
  const evicted = metrics.counter({ name: 'edge_evicted_bytes_total', help: 'Bytes given up', labels: ['from'] });
  const trouble = metrics.counter({
    name: 'edge_disk_trouble_total',
    help: 'Reads and writes that failed',
    labels: ['what'],
  });
  const memory = new MemoryCache<MediaFile>({
    maxBytes: edgeDefaults.memoryBytes,
    popularity,
    onEvict: (bytes) => evicted.inc({ from: 'memory' }, bytes),
  });
  const disk = new DiskCache({
    folder: world.folder ?? join(mounted('/var/cache/faultflix', env), 'edge'),
    maxBytes: edgeDefaults.diskBytes,
    ...{ popularity, clock },
    onEvict: (bytes) => evicted.inc({ from: 'disk' }, bytes),
    onTrouble: (what, err) => {
      trouble.inc({ what });
      log.warn({ err, what }, 'the disk of the cache');
    },
  });
  const requests = metrics.counter({
    name: 'edge_requests_total',
    help: 'Files served, by where from',
    labels: ['from'],
  });
  const by = Object.fromEntries(
    (['memory', 'disk', 'fill', 'collapsed', 'stale'] as const).map((from) => [from, requests.labels(from)]),
  ) as Record<ServedFrom, { inc(): void }>;
  const count = { all: 0, hits: 0 };
  const ratio = metrics.gauge({
    name: 'edge_hit_ratio',
    help: 'Files served out of the cache, of all since the start',
  });
  const kept = metrics.gauge({ name: 'edge_cached_bytes', help: 'Bytes in the cache', labels: ['in'] });
  Object.assign(ratio, { collect: () => ratio.set(count.all === 0 ? 0 : count.hits / count.all) });
  Object.assign(kept, {
    collect: () => {
      kept.set({ in: 'memory' }, memory.bytes);
      kept.set({ in: 'disk' }, disk.bytes);
    },
  });
  const onServed = (from: ServedFrom) => {
    by[from].inc();
    count.all++;
    if (from === 'memory' || from === 'disk' || from === 'stale') count.hits++;
  };
  return { memory, disk, onServed };
}

/** What another edge says, which may be of another version. */
function titlesIn(body: Buffer): readonly TitleDemand[] {
  try {
    const { titles } = JSON.parse(body.toString('utf8')) as { titles: readonly TitleDemand[] };
    return titles.filter(({ media, requests }) => typeof media === 'string' && requests > 0).slice(0, MOST_POPULAR);
  } catch {
    return []; // popularity is a guess anyway
  }
}
