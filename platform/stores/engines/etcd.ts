import { backoffMs, type Clock } from '#base/clock.ts';
import type { Place } from '#base/names.ts';
import type { Endpoints } from '#kit/context.ts';
import { type Changes, type Commit, type Engine, prefixEnd, type Range, type Row } from '../engine.ts';
import { EtcdCluster } from './etcd/cluster.ts';
import { Leases } from './etcd/leases.ts';
import { type KeyValue, methods, type RangeAnswer, type TxnAnswer } from './etcd/protocol.ts';
import { watch } from './etcd/watch.ts';

export interface EtcdOptions {
  /** The members, as their clients here reach them. */
  readonly endpoints: Endpoints;
  /** Where the client is. */
  readonly place: Place;
  readonly clock: Clock;
}

const MOD = 3;
const ASCENDING = 1;
/** Rows of one answer while catching up: about 1 MB. */
const PAGE = 1_000;
const WATCH_BACKOFF = { firstMs: 100, maxMs: 2_000 } as const;

/** Rows in etcd. A commit is durable on a majority of the members before it is acknowledged; reads are linearizable. */
export class EtcdEngine implements Engine {
  readonly #cluster: EtcdCluster;
  readonly #leases: Leases;
  readonly #clock: Clock;

  constructor(options: EtcdOptions) {
    this.#clock = options.clock;
    this.#cluster = new EtcdCluster(options);
    this.#leases = new Leases(this.#cluster, options.clock);
  }

  async get(key: string): Promise<Row | undefined> {
    const { kvs } = await this.#cluster.ask<RangeAnswer>(methods.range, { key: Buffer.from(key) });
    return kvs[0] && rowOf(kvs[0]);
  }

  async range({ from, to, limit }: Range): Promise<readonly Row[]> {
    // etcd takes an end at or before the beginning for "nothing", but an empty end for "this key alone".
    if (from >= to) return [];
    const request = { key: Buffer.from(from), range_end: Buffer.from(to), limit };
    const { kvs } = await this.#cluster.ask<RangeAnswer>(methods.range, request);
    return kvs.map(rowOf);
  }

  async commit({ conditions, writes }: Commit): Promise<boolean> {
    const success = await Promise.all(
      writes.map(async (write) => {
        const key = Buffer.from(write.key);
        if (write.value === null) return { request_delete_range: { key } };
        const lease = write.ttlMs === undefined ? '0' : await this.#leases.lasting(write.ttlMs);
        return { request_put: { key, value: Buffer.from(write.value), lease } };
      }),
    );
    const compare = conditions.map(({ key, revision }) => ({
      result: 0,
      target: 2,
      key: Buffer.from(key),
      mod_revision: revision,
    }));
    const { succeeded } = await this.#cluster.order<TxnAnswer>(methods.txn, { compare, success });
    return succeeded;
  }

  async *changes({ prefix, afterRevision, signal }: Changes): AsyncIterable<Row> {
    let after = afterRevision;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const caughtUp = yield* this.#catchUp(prefix, after, signal);
        if (caughtUp === undefined) return;
        after = caughtUp;
        const { member, failed } = this.#cluster.first();
        const key = { from: prefix, to: prefixEnd(prefix) };
        for await (const change of watch({ member, failed, ...key, afterRevision: after, signal })) {
          failures = 0;
          after = change.revision;
          for (const row of change.rows.map(rowOf)) yield row;
        }
      } catch (thrown) {
        if (signal.aborted) return;
        // The one who listens is told only when it has gone on for long: meanwhile the store's other calls tell.
        if (failures >= 10) throw thrown;
        await this.#clock.sleep(backoffMs(failures++, WATCH_BACKOFF), signal).catch(() => undefined);
      }
    }
  }

  async close(): Promise<void> {
    this.#cluster.close();
  }

  /** All rows that are there and changed after the revision; returns the revision up to which that holds. */
  async *#catchUp(prefix: string, after: number, signal: AbortSignal): AsyncGenerator<Row, number | undefined> {
    let from = after;
    for (;;) {
      const answer = await this.#cluster.ask<RangeAnswer>(methods.range, {
        key: Buffer.from(prefix),
        range_end: Buffer.from(prefixEnd(prefix)),
        min_mod_revision: from + 1,
        sort_target: MOD,
        sort_order: ASCENDING,
        limit: PAGE,
      });
      const rows = answer.kvs.map(rowOf).sort((a, b) => a.revision - b.revision || (a.key < b.key ? -1 : 1));
      // A commit has at most 128 writes, so a page that is cut off ends with a whole commit before its last revision.
      const last = rows.at(-1)?.revision;
      const whole = answer.more ? rows.filter(({ revision }) => revision !== last) : rows;
      for (const row of whole) {
        if (signal.aborted) return undefined;
        yield row;
      }
      if (!answer.more) return Math.max(from, Number(answer.header.revision));
      from = whole.at(-1)!.revision;
    }
  }
}

function rowOf({ key, value, mod_revision }: KeyValue): Row {
  return { key: key.toString('ascii'), value, revision: Number(mod_revision) };
}
