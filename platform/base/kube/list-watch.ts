import { backoffMs, type Clock, systemClock } from '../clock.ts';
import { FaultflixError, messageOf } from '../errors.ts';
import { type KubeHttp, KubeStatusError, type Query } from './http.ts';

export interface KubeObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
  };
}

export interface ListWatchOptions<T extends KubeObject> {
  readonly http: KubeHttp;
  /** Collection path, such as `/api/v1/namespaces/us-east-1/pods`. */
  readonly path: string;
  readonly query?: Query;
  /** A full list: at the start, and again whenever the watch could not be resumed. Replaces all that was known. */
  readonly onList: (items: readonly T[]) => void;
  readonly onEvent: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T) => void;
  /** Each failure, with the time until the next attempt. What was last known stays valid. */
  readonly onTrouble?: (message: string, retryInMs: number) => void;
  readonly clock?: Clock;
  readonly signal: AbortSignal;
}

interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T & { code?: number; reason?: string; message?: string };
}

const RETRY = { firstMs: 100, maxMs: 2_000 };
/** The server is asked to end a watch after this long, so that a half-open connection is noticed soon after. */
const WATCH_SECONDS = 60;
/** A watch that ends sooner than this with no event counts as a failure, so that it is not opened in a tight loop. */
const SHORT_WATCH_MS = 1_000;

/**
 * Keeps a collection up to date until the signal aborts: list, watch from the list's version, resume the watch from the
 * last version seen, list again after `410 Gone`. Never throws for what the API server does; a callback's error does
 * reject, since a consumer that missed an event is not up to date.
 */
export async function listWatch<T extends KubeObject>(options: ListWatchOptions<T>): Promise<void> {
  const { http, path, query = {}, signal, clock = systemClock } = options;
  let version: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await http.json<{ items: T[]; metadata: { resourceVersion: string } }>({ path, query, signal });
        version = list.metadata.resourceVersion;
        call(() => options.onList(list.items));
      }
      const watchQuery = {
        ...query,
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: version,
        timeoutSeconds: WATCH_SECONDS,
      };
      const stream = await http.open({ path, query: watchQuery, signal, idleTimeoutMs: (WATCH_SECONDS + 15) * 1_000 });
      const openedAtMs = clock.now();
      let events = 0;
      for await (const line of linesOf(stream)) {
        const event = JSON.parse(line) as WatchEvent<T>;
        if (event.type === 'ERROR') {
          throw new KubeStatusError(
            event.object.code ?? 500,
            event.object.reason ?? '',
            event.object.message ?? '',
            path,
          );
        }
        version = event.object.metadata.resourceVersion;
        events++;
        failures = 0;
        const { type, object } = event;
        if (type !== 'BOOKMARK') call(() => options.onEvent(type, object));
      }
      if (events === 0 && clock.now() - openedAtMs < SHORT_WATCH_MS) throw new Error('the watch ended at once');
    } catch (thrown) {
      if (thrown instanceof ConsumerError) throw thrown.cause;
      if (signal.aborted) return;
      if (thrown instanceof KubeStatusError && thrown.status === 410) version = undefined;
      const waitMs = backoffMs(failures++, RETRY);
      options.onTrouble?.(messageOf(thrown), waitMs);
      await clock.sleep(waitMs, signal).catch(() => undefined);
    }
  }
}

/**
 * The stream's non-empty lines. A stream that breaks throws here (readline's iterator ends as if all were well), and a
 * half line at the end is dropped: the watch resumes from the version of the last whole one.
 */
async function* linesOf(stream: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of stream) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, end);
      const line = rest.length === 0 ? piece.toString('utf8') : Buffer.concat([...rest, piece]).toString('utf8');
      rest = [];
      from = end + 1;
      if (line !== '') yield line;
    }
    if (from < chunk.length) rest.push(chunk.subarray(from));
  }
}

class ConsumerError extends FaultflixError {}

function call(callback: () => void): void {
  try {
    callback();
  } catch (cause) {
    throw new ConsumerError('internal', 'a watch consumer failed', { cause });
  }
}
