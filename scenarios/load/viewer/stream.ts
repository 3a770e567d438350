import { smoothed } from './adaptation.ts';
import { type Answer, call, type Hosts } from './call.ts';
import { type Master, type Media, parseMaster, parseMedia, type Rendition } from './hls.ts';

export interface StreamOptions {
  readonly hosts: Hosts;
  readonly timeoutMs: number;
  /** As measured before, if it was. */
  readonly throughputBps: number | undefined;
}

/**
 * A title's manifests and segments, from whichever edge has them. Picture and sound are fetched one after the other, over
 * one connection: side by side they would share the throughput that is measured, and take a connection more a viewer.
 */
export class Stream {
  readonly hosts: Hosts;
  readonly timeoutMs: number;
  throughputBps: number | undefined;
  /** The answer that last failed; what it says decides whether the platform denied the play. */
  failure: Answer | undefined = undefined;
  readonly media: { [path: string]: Media } = {};

  constructor({ hosts, timeoutMs, throughputBps }: StreamOptions) {
    this.hosts = hosts;
    this.timeoutMs = timeoutMs;
    this.throughputBps = throughputBps;
  }

  /** The renditions that a screen of so many lines can show. */
  async master(path: string, maxHeight: number): Promise<Master | undefined> {
    const text = await this.manifest(path, (given) => parseMaster(given, path) !== undefined);
    const master = text === undefined ? undefined : parseMaster(text, path);
    if (!master) return undefined;
    const fitting = master.renditions.filter(({ height }) => height <= maxHeight);
    return { ...master, renditions: fitting.length > 0 ? fitting : master.renditions.slice(0, 1) };
  }

  /** Playlists of a rendition and its sound, each with its initialisation segment fetched. Undefined: not to be had. */
  async tracks(rendition: Rendition, audio: Master['audio']): Promise<Media[] | undefined> {
    const sound = rendition.audio === undefined ? undefined : audio[rendition.audio];
    const all: Media[] = [];
    for (const path of sound === undefined ? [rendition.path] : [rendition.path, sound]) {
      const track = await this.track(path);
      if (!track) return undefined;
      all.push(track);
    }
    return all;
  }

  private async track(path: string): Promise<Media | undefined> {
    const known = this.media[path];
    if (known) return known;
    const text = await this.manifest(path, (given) => parseMedia(given, path) !== undefined);
    const media = text === undefined ? undefined : parseMedia(text, path);
    if (!media || (media.init !== undefined && !(await this.segment(media.init, 0)))) return undefined;
    this.media[path] = media;
    return media;
  }

  /** Segment `index` of every track. False: one of them could not be had. */
  async segments(tracks: readonly Media[], index: number): Promise<boolean> {
    for (const track of tracks) {
      const segment = track.segments[index];
      if (segment && !(await this.segment(segment.path, segment.durationMs))) return false;
    }
    return true;
  }

  private async manifest(path: string, use: (text: string) => boolean): Promise<string | undefined> {
    const { hosts, timeoutMs } = this;
    const answer = await call({ kind: 'manifest', hosts, path, timeoutMs }, ({ text }) => use(text));
    if (!answer.ok) this.failure = answer;
    return answer.ok ? answer.text : undefined;
  }

  private async segment(path: string, everyMs: number): Promise<boolean> {
    const { hosts, timeoutMs } = this;
    const options = { kind: 'segment', hosts, path, timeoutMs, dropBody: true, everyMs } as const;
    const answer = await call(options, ({ bytes }) => bytes > 0);
    if (!answer.ok) this.failure = answer;
    else if (answer.bytes > SMALL) {
      this.throughputBps = smoothed(this.throughputBps, (answer.bytes * 8000) / Math.max(1, answer.attemptMs));
    }
    return answer.ok;
  }
}

/** What is smaller tells of the round trip, not of the throughput. */
const SMALL = 10000;

/** The platform says there is no such thing, or that it is not for this viewer: it will not get better by waiting. */
export const denied = (answer: Answer | undefined): boolean =>
  answer !== undefined && (answer.status === 403 || answer.status === 404 || answer.status === 410);
