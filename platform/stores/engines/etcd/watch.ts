import { FaultflixError } from '#base/errors.ts';
import type { EtcdMember } from './member.ts';
import { type KeyValue, methods, type WatchAnswer } from './protocol.ts';

export interface WatchOptions {
  readonly member: EtcdMember;
  /** Called when it was the member that ended it. */
  failed(): void;
  readonly from: string;
  readonly to: string;
  readonly afterRevision: number;
  readonly signal: AbortSignal;
}

/** What was put by the commits up to `revision`. */
export interface Change {
  readonly revision: number;
  readonly rows: readonly KeyValue[];
}

const NO_DELETIONS = 1;

/** Ends when the signal aborts, or when etcd has no history so old any more: then one must catch up by reading. Else throws. */
export async function* watch(options: WatchOptions): AsyncGenerator<Change, void> {
  const { member, signal, failed } = options;
  const stream = await member.stream<object, WatchAnswer>(methods.watch).catch((thrown: unknown) => {
    failed();
    throw thrown;
  });
  const stop = () => stream.cancel();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    stream.write({
      create_request: {
        key: Buffer.from(options.from),
        range_end: Buffer.from(options.to),
        start_revision: options.afterRevision + 1,
        filters: [NO_DELETIONS],
      },
    });
    for await (const answer of stream as AsyncIterable<WatchAnswer>) {
      if (answer.canceled) {
        if (Number(answer.compact_revision) > 0) return;
        throw new FaultflixError('unavailable', `a watch was ended: ${answer.cancel_reason}`, { where: member.where });
      }
      const rows = answer.events.filter(({ type }) => type === 0).map(({ kv }) => kv);
      const revision = rows.reduce((most, { mod_revision }) => Math.max(most, Number(mod_revision)), 0);
      if (rows.length > 0) yield { revision, rows };
    }
    if (!signal.aborted) throw new FaultflixError('unavailable', 'a watch ended', { where: member.where });
  } catch (cause) {
    if (signal.aborted) return;
    failed();
    throw new FaultflixError('unavailable', 'a watch broke off', { where: member.where, cause });
  } finally {
    signal.removeEventListener('abort', stop);
    stream.once('error', () => undefined);
    stream.cancel();
  }
}
