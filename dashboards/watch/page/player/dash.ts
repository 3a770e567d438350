/**
 * shaka-player with the DASH manifest, told to go from edge to edge: before each attempt a request is pointed at the edge
 * in use, and an attempt without an answer leaves that edge for all.
 */
import shaka from 'shaka-player/dist/shaka-player.dash-es2021.js';
import { AHEAD_SECONDS, CHOOSING, type Engine, type EngineOptions, SILENCE_MS } from './engine.ts';

/** Shaka's own numbers: https://shaka-player-demo.appspot.com/docs/api/shaka.util.Error.html */
const BAD_HTTP_STATUS = 1001;
const CRITICAL = 2;

export async function play({ video, started, edges, startSeconds, onFatal }: EngineOptions): Promise<Engine> {
  shaka.polyfill.installAll();
  const player = new shaka.Player();
  await player.attach(video);
  const retryParameters = {
    maxAttempts: Math.max(2, edges.count),
    baseDelay: 0, // the next attempt asks another edge
    connectionTimeout: SILENCE_MS,
    stallTimeout: SILENCE_MS,
    timeout: 20_000,
  };
  player.configure({
    manifest: { retryParameters },
    streaming: { retryParameters, bufferingGoal: AHEAD_SECONDS, rebufferingGoal: 1 },
    // As quick as hls.js to follow the bandwidth; what the browser says of the network is not what the edge gives.
    abr: { switchInterval: 2, useNetworkInformation: false },
    cmcd: { enabled: true, sessionId: started.playback.slice(0, 64), contentId: started.title, useHeaders: true },
  });
  const network = player.getNetworkingEngine()!;
  network.registerRequestFilter((_type, request) => {
    request.uris = [edges.at(request.uris[0]!)];
  });
  network.addEventListener('retry', (event) => {
    const { data } = (event as Event & { readonly error: shaka.util.Error }).error;
    edges.failed(String(data[0]));
  });
  const failed = ({ code, severity, data }: shaka.util.Error) => {
    const expired = code === BAD_HTTP_STATUS && data[1] === 403;
    if (severity === CRITICAL) onFatal(`shaka ${code}`, expired ? 'expired' : 'broken');
  };
  player.addEventListener('error', (event) => failed((event as Event & { readonly detail: shaka.util.Error }).detail));
  player
    .load(`${location.origin}/edge/${edges.current}${started.dash}`, startSeconds)
    .catch((thrown: unknown) => failed(thrown as shaka.util.Error));
  let loading: string | undefined;
  player.addEventListener('adaptation', (event) => {
    const { newTrack } = event as Event & { readonly newTrack: shaka.extern.Track };
    loading = heightOf(newTrack);
  });
  return {
    rendition() {
      const stats = player.getStats();
      const active = player.getVariantTracks().find((track) => track.active);
      return {
        shown: Number.isFinite(stats.height) && stats.height > 0 ? `${stats.height}p` : CHOOSING,
        loading: loading ?? heightOf(active),
        count: player.getVariantTracks().length,
        bitrateBps: active?.bandwidth,
        bandwidthBps: Number.isFinite(stats.estimatedBandwidth) ? stats.estimatedBandwidth : undefined,
      };
    },
    // It answers late, and nobody waits for it.
    end: () => void player.destroy().catch(() => undefined),
  };
}

const heightOf = (track: { readonly height?: number | null } | undefined): string =>
  track?.height ? `${track.height}p` : CHOOSING;
