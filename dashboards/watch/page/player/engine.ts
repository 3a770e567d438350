/** What both players are to the page, and what they keep to. */
import type { Started } from '../model/api.ts';
import type { EdgeList } from './edge-list.ts';

export type Format = 'hls' | 'dash';

/** What a player says of itself, beside what the video element and the list of edges know. */
export interface Rendition {
  /** `720p`: of what is shown, and of what is loaded for later. */
  readonly shown: string;
  readonly loading: string;
  readonly count: number;
  readonly bitrateBps: number | undefined;
  readonly bandwidthBps: number | undefined;
}

export interface Engine {
  rendition(): Rendition;
  end(): void;
}

export interface EngineOptions {
  readonly video: HTMLVideoElement;
  readonly started: Started;
  readonly edges: EdgeList;
  readonly startSeconds: number;
  /** `expired`: the paths' signature has run out, which a new start helps. */
  readonly onFatal: (why: string, is: 'expired' | 'broken') => void;
}

/** Seconds kept ahead: enough for a change of edge, little enough that renditions follow the bandwidth. */
export const AHEAD_SECONDS = 12;
/** An edge that says nothing for so long is left, while there is something ahead. */
export const SILENCE_MS = 8_000;

export const CHOOSING = 'choosing';
