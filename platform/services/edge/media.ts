import type { Clock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import { contentTypeOf, type MediaKey } from '#contracts/media-file.ts';
import type { DiskCache } from './cache/disk.ts';
import type { MemoryCache } from './cache/memory.ts';
import { hashOf, type Sketch } from './cache/sketch.ts';
import { type MediaFile, mediaFile } from './file.ts';
import type { Fill, FillWish } from './fill/fill.ts';
import { ageOf } from './freshness.ts';

export interface MediaParts {
  readonly memory: MemoryCache<MediaFile>;
  readonly disk: DiskCache;
  readonly sketch: Sketch;
  readonly fill: Fill;
  readonly clock: Clock;
  /** What a viewer's file came from; peers and what is placed ahead do not count. `stale`: too old, but it could not be filled again. `collapsed`: somebody asked already. */
  readonly onServed: (from: ServedFrom) => void;
}

export type ServedFrom = 'memory' | 'disk' | 'fill' | 'collapsed' | 'stale';

/** Files in memory are looked at each time; larger ones are left to the disk, whose pages the system keeps. */
const LARGEST_IN_MEMORY = 8 * 1_048_576;
/** A name that no origin has is asked for once in so long. */
const MISSING_MS = 5_000;
const MOST_MISSING = 1_000;

/** Files of titles: in memory, on disk, or filled; those who ask for the same file at once share one fill. */
export class Media {
  readonly #parts: MediaParts;
  readonly #loading = new Map<string, Promise<MediaFile>>();
  readonly #missingUntilMs = new Map<string, number>();

  constructor(parts: MediaParts) {
    this.#parts = parts;
  }

  /** The file when it is in memory and fresh: the hot path, without a promise. */
  hot(media: string, name: string): MediaFile | undefined {
    const { memory, sketch, clock, onServed } = this.#parts;
    const file = memory.get(`${media}/${name}`);
    if (file === undefined || ageOf(name, file.filledAtMs, clock.now()) !== 'fresh') return undefined;
    sketch.add(file.hash);
    onServed('memory');
    return file;
  }

  /** Rejects with `not-found`; `unavailable` or `overloaded` when it is not here and cannot be filled. */
  async file(wanted: MediaKey, wish: FillWish = {}): Promise<MediaFile> {
    const key = `${wanted.media}/${wanted.name}`;
    if (contentTypeOf(wanted) === undefined || this.#isMissing(key)) throw missing(key);
    const { sketch } = this.#parts;
    if (!wish.ahead) sketch.add(hashOf(key));
    // Who fills for a peer waits for no fill that might wait for that peer.
    const flight = wish.forPeer ? `peer ${key}` : key;
    const known = this.#loading.get(flight);
    if (known !== undefined) {
      this.#count('collapsed', wish);
      return known;
    }
    const loading = this.#load(wanted, wish).finally(() => this.#loading.delete(flight));
    this.#loading.set(flight, loading);
    return loading;
  }

  /** Whether it is in memory or on disk. */
  has(key: string): boolean {
    return this.#parts.disk.has(key) || this.#parts.memory.get(key) !== undefined;
  }

  async #load(wanted: MediaKey, wish: FillWish): Promise<MediaFile> {
    const { clock } = this.#parts;
    const [kept, from] = await this.#kept(wanted);
    const age = kept === undefined ? 'too-old' : ageOf(wanted.name, kept.filledAtMs, clock.now());
    if (kept !== undefined && age === 'fresh') {
      this.#count(from, wish);
      return kept;
    }
    const filling = this.#fill(wanted, wish);
    if (kept !== undefined && age === 'revalidate') {
      filling.catch(() => undefined); // counted by the filler; what is kept is good for longer than this
      this.#count(from, wish);
      return kept;
    }
    try {
      const file = await filling;
      this.#count('fill', wish);
      return file;
    } catch (thrown) {
      if (kept === undefined || age === 'too-old' || isMissing(thrown)) throw thrown;
      this.#count('stale', wish);
      return kept;
    }
  }

  async #kept(wanted: MediaKey): Promise<readonly [MediaFile | undefined, 'memory' | 'disk']> {
    const key = `${wanted.media}/${wanted.name}`;
    const inMemory = this.#parts.memory.get(key);
    if (inMemory !== undefined) return [inMemory, 'memory'];
    const found = await this.#parts.disk.get(key);
    if (found === undefined) return [undefined, 'disk'];
    const file = mediaFile(wanted, found, found.filledAtMs);
    this.#remember(file);
    return [file, 'disk'];
  }

  async #fill(wanted: MediaKey, wish: FillWish): Promise<MediaFile> {
    const { fill, disk, clock } = this.#parts;
    try {
      const file = mediaFile(wanted, await fill(wanted, wish), clock.now());
      if (!wish.ahead) this.#remember(file);
      const stored = disk.put(file.key, file);
      if (wish.ahead) await stored; // nobody waits for it, so the disk sets the pace
      return file;
    } catch (thrown) {
      if (isMissing(thrown)) this.#rememberMissing(`${wanted.media}/${wanted.name}`);
      throw thrown;
    }
  }

  #count(from: ServedFrom, { ahead, forPeer }: FillWish): void {
    if (!ahead && !forPeer) this.#parts.onServed(from);
  }

  #remember(file: MediaFile): void {
    if (file.bytes.length <= LARGEST_IN_MEMORY) this.#parts.memory.set(file.key, file, file.bytes.length);
  }

  #isMissing(key: string): boolean {
    const untilMs = this.#missingUntilMs.get(key);
    if (untilMs === undefined) return false;
    if (untilMs > this.#parts.clock.now()) return true;
    this.#missingUntilMs.delete(key);
    return false;
  }

  #rememberMissing(key: string): void {
    this.#missingUntilMs.set(key, this.#parts.clock.now() + MISSING_MS);
    if (this.#missingUntilMs.size > MOST_MISSING)
      this.#missingUntilMs.delete(this.#missingUntilMs.keys().next().value!);
  }
}

const isMissing = (thrown: unknown) => thrown instanceof FaultflixError && thrown.code === 'not-found';
const missing = (key: string) =>
  new FaultflixError('not-found', 'no such file of a title', { received: key.slice(0, 200) });
