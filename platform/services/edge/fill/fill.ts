import { FaultflixError } from '#base/errors.ts';
import type { MediaKey } from '#contracts/media-file.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { Filled, FillOptions, FillSource } from './source.ts';

export interface FillerParts {
  readonly origin: FillSource;
  /** Of a file; undefined when the origin is asked at once. */
  readonly parentFor: (file: string) => FillSource | undefined;
  readonly metrics: Pick<Metrics, 'counter'>;
}

/** Who fills for another edge does not ask a parent again: two edges that see different lists would ask each other. */
export interface FillWish extends FillOptions {
  readonly forPeer?: boolean;
}

/** Fills that wait for memory and network; more are refused, and the viewer's player asks another edge. */
const MOST_FILLS = 256;

export type Fill = (key: MediaKey, wish: FillWish) => Promise<Filled>;

/** From the parent, then from the origin. Rejects with `not-found`, `overloaded`, or as the last source did. */
export function filler({ origin, parentFor, metrics }: FillerParts): Fill {
  const bytes = metrics.counter({ name: 'edge_fill_bytes_total', help: 'Bytes filled', labels: ['source'] });
  const fills = metrics.counter({ name: 'edge_fills_total', help: 'Fills by source', labels: ['source', 'outcome'] });
  let running = 0;

  const from = async (source: FillSource, key: MediaKey, wish: FillWish): Promise<Filled> => {
    try {
      const filled = await source.fill(key, wish);
      bytes.inc({ source: source.name }, filled.bytes.length);
      fills.inc({ source: source.name, outcome: 'ok' });
      return filled;
    } catch (thrown) {
      fills.inc({ source: source.name, outcome: thrown instanceof FaultflixError ? thrown.code : codeOf(thrown) });
      throw thrown;
    }
  };

  return async (key, wish) => {
    if (running >= MOST_FILLS)
      throw new FaultflixError('overloaded', 'too many files are being filled', { todo: 'ask another edge' });
    running++;
    try {
      const parent = wish.forPeer ? undefined : parentFor(`${key.media}/${key.name}`);
      if (parent !== undefined) {
        try {
          return await from(parent, key, wish);
        } catch (thrown) {
          if (isMissing(thrown)) throw thrown;
          // Counted above; the origin has what the parent could not give.
        }
      }
      return await from(origin, key, wish);
    } catch (thrown) {
      if (isMissing(thrown)) throw thrown;
      throw new FaultflixError('unavailable', 'the file is not here and cannot be filled now', {
        received: `${key.media}/${key.name}`,
        todo: 'ask another edge, or again',
        cause: thrown,
      });
    } finally {
      running--;
    }
  };
}

const isMissing = (thrown: unknown) => thrown instanceof FaultflixError && thrown.code === 'not-found';
const codeOf = (thrown: unknown) => String((thrown as { code?: unknown }).code ?? 'failed').slice(0, 40);
