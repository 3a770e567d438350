import { smoothed } from './adaptation.ts';
import { type Answer, call, type Hosts } from './call.ts';
import { type Master, type Media, parseMaster, parseMedia, type Rendition } from './hls.ts';

const EDGE_TIMEOUT_MS = 4000;

/** A title's manifests and segments, from whichever edge has them. */
export class Stream {
  readonly hosts: Hosts;
  throughputBps: number | undefined = undefined;
  /** The answer that last failed; what it says decides whether the platform denied the play. */
  failure: Answer | undefined = undefined;
  readonly media: { [path: string]: Media } = {};

  constructor(hosts: Hosts) {
    this.hosts = hosts;
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
    const paths = sound === undefined ? [rendition.path] : [rendition.path, sound];
    const tracks = await Promise.all(paths.map((path) => this.track(path)));
    const all: Media[] = [];
    for (const track of tracks) if (track) all.push(track);
    return all.length === paths.length ? all : undefined;
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
    const wanted = tracks.map((track) => track.segments[index]).filter((each) => each !== undefined);
    const had = await Promise.all(wanted.map((each) => this.segment(each.path, each.durationMs)));
    return had.every((each) => each);
  }

  private async manifest(path: string, use: (text: string) => boolean): Promise<string | undefined> {
    const { hosts } = this;
    const answer = await call({ kind: 'manifest', hosts, path, timeoutMs: EDGE_TIMEOUT_MS }, ({ text }) => use(text));
    if (!answer.ok) this.failure = answer;
    return answer.ok ? answer.text : undefined;
  }

  private async segment(path: string, everyMs: number): Promise<boolean> {
    const { hosts } = this;
    const options = { kind: 'segment', hosts, path, timeoutMs: EDGE_TIMEOUT_MS, dropBody: true, everyMs } as const;
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
