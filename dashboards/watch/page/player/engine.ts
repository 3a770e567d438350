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
import type { Started } from '../model/api.ts';
import { atCurrentEdge, currentEdge, type EdgeChoice, edgeOf, firstEdge, nextEdge } from '../model/edges.ts';

export interface Underneath {
  readonly edge: string | undefined;
  readonly failovers: number;
  /** Of what is shown, and of what is loaded for later. */
  readonly rendition: string;
  readonly loading: string;
  readonly renditions: number;
  readonly bufferSeconds: number;
  readonly bandwidthBps: number | undefined;
  readonly droppedFrames: number;
  readonly stalls: number;
}

export interface Engine {
  underneath(): Underneath;
  end(): void;
}

export interface EngineOptions {
  readonly video: HTMLVideoElement;
  readonly started: Started;
  readonly onFatal: (why: string) => void;
}

/** Seconds kept ahead: enough for a change of edge, little enough that renditions follow the bandwidth. */
const AHEAD_SECONDS = 12;

export function play({ video, started, onFatal }: EngineOptions): Engine {
  let choice: EdgeChoice = firstEdge(started.edges);
  let stalls = 0;
  const loader = edgeLoader({
    at: (url) => atCurrentEdge(choice, url),
    failed: (url) => {
      const before = choice;
      choice = nextEdge(choice, edgeOf(url) ?? '');
      return choice !== before || edgeOf(url) !== currentEdge(choice);
    },
    count: choice.edges.length,
  });
  const hls = new Hls({
    enableWorker: false, // the page is served under a policy that knows no blob: scripts
    maxBufferLength: AHEAD_SECONDS,
    maxMaxBufferLength: AHEAD_SECONDS,
    startPosition: (started.resumeMs ?? 0) / 1_000,
    loader,
  });
  const onWaiting = () => {
    if (video.currentTime > 0 && !video.seeking) stalls += 1;
  };
  video.addEventListener('waiting', onWaiting);
  hls.on(Hls.Events.ERROR, (_event, { fatal, type, details }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else onFatal(details);
  });
  hls.loadSource(`${location.origin}/edge/${currentEdge(choice)}${started.hls}`);
  hls.attachMedia(video);
  return {
    underneath() {
      const ahead = Array.from({ length: video.buffered.length }, (_, i) => [
        video.buffered.start(i),
        video.buffered.end(i),
      ]);
      const range = ahead.find(([from, to]) => video.currentTime >= from! - 0.1 && video.currentTime <= to!);
      return {
        edge: currentEdge(choice),
        failovers: choice.failovers,
        rendition: heightOf(hls, hls.currentLevel),
        loading: heightOf(hls, hls.nextLoadLevel),
        renditions: hls.levels.length,
        bufferSeconds: range ? range[1]! - video.currentTime : 0,
        bandwidthBps: hls.bandwidthEstimate,
        droppedFrames: video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
        stalls,
      };
    },
    end() {
      video.removeEventListener('waiting', onWaiting);
      hls.destroy();
    },
  };
}

const heightOf = ({ levels }: Hls, level: number): string => (levels[level] ? `${levels[level].height}p` : 'choosing');

interface EdgeLoaderOptions {
  readonly at: (url: string) => string;
  /** True when there is another edge to ask. */
  readonly failed: (url: string) => boolean;
  readonly count: number;
}

/** hls.js' own loaders, one after another: when an edge gives no answer, the next one asks another edge. */
function edgeLoader({ at, failed, count }: EdgeLoaderOptions): HlsConfig['loader'] {
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
      let left = count;
      const ask = () => {
        context.url = at(original);
        const elsewhere = (otherwise: () => void) => {
          left -= 1;
          if (left < 1 || !failed(context.url)) return otherwise();
          this.#current.destroy();
          this.#current = new Own(this.#config);
          ask();
        };
        this.#current.load(context, config, {
          ...callbacks,
          onError: (...told) => elsewhere(() => callbacks.onError(...told)),
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
