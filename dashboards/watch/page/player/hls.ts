/**
 * hls.js, told to go from edge to edge: a request that an edge does not answer is asked of the next one before the player
 * hears of it, so that a film goes on while an edge dies.
 */
import Hls, {
  type HlsConfig,
  type Loader,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type LoaderContext,
  type LoaderStats,
} from 'hls.js';
import type { EdgeList } from './edge-list.ts';
import { AHEAD_SECONDS, CHOOSING, type Engine, type EngineOptions, SILENCE_MS } from './engine.ts';

export function play({ video, started, edges, startSeconds, onFatal }: EngineOptions): Engine {
  const hls = new Hls({
    enableWorker: false, // the page is served under a policy that knows no blob: scripts
    maxBufferLength: AHEAD_SECONDS,
    maxMaxBufferLength: AHEAD_SECONDS,
    startPosition: startSeconds,
    loader: edgeLoader(edges),
    cmcd: { sessionId: started.playback.slice(0, 64), contentId: started.title, useHeaders: true },
  });
  hls.on(Hls.Events.ERROR, (_event, { fatal, type, details, response }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else onFatal(details, response?.code === 403 ? 'expired' : 'broken');
  });
  hls.loadSource(`${location.origin}/edge/${edges.current}${started.hls}`);
  hls.attachMedia(video);
  return {
    rendition: () => ({
      shown: heightOf(hls, hls.currentLevel),
      loading: heightOf(hls, hls.nextLoadLevel),
      count: hls.levels.length,
      bitrateBps: hls.levels[hls.currentLevel]?.bitrate,
      bandwidthBps: Number.isFinite(hls.bandwidthEstimate) ? hls.bandwidthEstimate : undefined,
    }),
    end: () => hls.destroy(),
  };
}

const heightOf = ({ levels }: Hls, level: number): string => (levels[level] ? `${levels[level].height}p` : CHOOSING);

/** hls.js' own loaders, one after another: when an edge gives no answer, the next one asks another edge. */
function edgeLoader(edges: EdgeList): HlsConfig['loader'] {
  const Own = Hls.DefaultConfig.loader as new (config: HlsConfig) => Loader<LoaderContext>;
  class EdgeLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    /** The player keeps it from the start of a request, so it stays the same object whoever answers. */
    stats: LoaderStats;
    #current: Loader<LoaderContext>;
    readonly #config: HlsConfig;

    constructor(config: HlsConfig) {
      this.#config = config;
      this.#current = new Own(config);
      this.stats = this.#current.stats;
    }

    load(context: LoaderContext, config: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>): void {
      this.context = context;
      const original = context.url;
      const { loadPolicy } = config;
      const patience = { ...config, loadPolicy: { ...loadPolicy, maxTimeToFirstByteMs: SILENCE_MS } };
      let left = edges.count;
      const ask = () => {
        context.url = edges.at(original);
        const elsewhere = (otherwise: () => void) => {
          left -= 1;
          if (left < 1 || !edges.failed(context.url)) return otherwise();
          this.#current.destroy();
          this.#current = new Own(this.#config);
          ask();
        };
        this.#current.load(context, patience, {
          ...callbacks,
          // A signature that is no longer right is right at no other edge.
          onError: (error, ...told) =>
            error.code === 403 ? callbacks.onError(error, ...told) : elsewhere(() => callbacks.onError(error, ...told)),
          onTimeout: (...told) => elsewhere(() => callbacks.onTimeout(...told)),
          onSuccess: (response, stats, ...told) => {
            if (stats !== this.stats) Object.assign(this.stats, stats);
            callbacks.onSuccess(response, this.stats, ...told);
          },
        });
      };
      ask();
    }

    abort(): void {
      this.#current.abort();
    }

    destroy(): void {
      this.#current.destroy();
      this.context = null;
    }

    getCacheAge(): number | null {
      return this.#current.getCacheAge?.() ?? null;
    }

    getResponseHeader(name: string): string | null {
      return this.#current.getResponseHeader?.(name) ?? null;
    }
  }
  return EdgeLoader as unknown as HlsConfig['loader'];
}
