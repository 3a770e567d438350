import type { EdgeList } from './edge-list.ts';
import { CHOOSING, type Engine, type Format } from './engine.ts';

export type Doing = 'starting' | 'playing' | 'paused' | 'waiting' | 'ended';

/** What is happening underneath, as it is shown and as it is told to the platform. */
export interface Underneath {
  readonly format: Format;
  readonly doing: Doing;
  readonly edge: string | undefined;
  readonly failovers: number;
  readonly rendition: string;
  readonly loading: string;
  readonly bufferSeconds: number;
  readonly bitrateBps: number | undefined;
  readonly bandwidthBps: number | undefined;
  readonly droppedFrames: number;
  readonly stalls: number;
  readonly atSeconds: number;
  /** Not known before the film's first bytes. */
  readonly lengthSeconds: number | undefined;
}

interface Seen {
  readonly video: HTMLVideoElement;
  readonly format: Format;
  readonly edges: EdgeList;
  /** Not there while its code is loaded. */
  readonly engine: Engine | undefined;
  readonly stalls: number;
  readonly atSeconds: number;
}

export function underneath({ video, format, edges, engine, stalls, atSeconds }: Seen): Underneath {
  const rendition = engine?.rendition();
  return {
    format,
    doing: doing(video),
    edge: edges.current,
    failovers: edges.failovers,
    rendition: rendition?.shown ?? CHOOSING,
    loading: rendition?.loading ?? CHOOSING,
    bufferSeconds: bufferSeconds(video),
    bitrateBps: rendition?.bitrateBps,
    bandwidthBps: rendition?.bandwidthBps,
    droppedFrames: video.getVideoPlaybackQuality?.().droppedVideoFrames ?? 0,
    stalls,
    atSeconds,
    lengthSeconds: Number.isFinite(video.duration) ? video.duration : undefined,
  };
}

function doing(video: HTMLVideoElement): Doing {
  if (video.ended) return 'ended';
  if (video.readyState === HTMLMediaElement.HAVE_NOTHING) return 'starting';
  if (video.paused) return 'paused';
  return video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA ? 'waiting' : 'playing';
}

function bufferSeconds({ buffered, currentTime }: HTMLVideoElement): number {
  const ranges = Array.from({ length: buffered.length }, (_, i) => [buffered.start(i), buffered.end(i)] as const);
  const range = ranges.find(([from, to]) => currentTime >= from - 0.1 && currentTime <= to);
  return range ? range[1] - currentTime : 0;
}
