import { readdir, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { backoffMs } from '#base/clock.ts';
import { type Region, regions } from '#base/names.ts';
import type { Endpoint, ServiceContext } from '#kit/context.ts';
import type { RunningServer } from '#kit/servers.ts';
import { methods } from '#platform/stores/engines/etcd/protocol.ts';
import { EtcdProcess, etcdProgram } from './etcd-process.ts';
import { founders, hear, type Statement, speak } from './founding.ts';
import { keepLeaderNear } from './leadership.ts';
import { asking, firstThatDoes, isReplaced, join, listMembers, type Self, standing } from './membership.ts';
import { passOnMetrics } from './pass-on-metrics.ts';
import {
  dataFolderOf,
  etcdArguments,
  METRICS_PORT,
  type Place,
  peerUrl,
  type Start,
  storeDefaults,
} from './settings.ts';

interface Listen {
  readonly host: string;
  readonly port: number;
}

/** The Service that has all pods of the store, those that are not ready yet too. */
const ADDRESS_BOOK = 'store-members';

/** Runs this pod's member until the process ends. */
export async function startMember(context: ServiceContext, listen: Listen): Promise<RunningServer> {
  const member = new StoreMember(context, listen);
  passOnMetrics(context.metrics.registry, { host: listen.host, port: METRICS_PORT });
  return member.start();
}

class StoreMember {
  readonly #context: ServiceContext;
  readonly #listen: Listen;
  readonly #me: Place;
  readonly #self: Self;
  readonly #folder: string;
  readonly #ended = new AbortController();
  #process: EtcdProcess | undefined;

  constructor(context: ServiceContext, listen: Listen) {
    const { identity, env } = context;
    this.#context = context;
    this.#listen = listen;
    this.#me = { name: `${identity.region}.${identity.pod}`, host: listen.host };
    this.#self = { name: this.#me.name, region: identity.region, url: peerUrl(listen.host) };
    this.#folder = dataFolderOf(env);
  }

  start(): RunningServer & { readonly standing: Promise<void> } {
    const running = this.#run();
    const { clock } = this.#context;
    void this.#keepLeaderNear();
    const stands = standing({ at: this.#listen, others: () => this.#others(), clock, signal: this.#ended.signal });
    return {
      standing: Promise.race([stands, running.then(() => stands)]),
      leave: () => undefined,
      close: async (graceMs) => {
        await this.#handOver();
        this.#ended.abort();
        await this.#process?.end(graceMs);
        await running;
      },
    };
  }

  async #keepLeaderNear(): Promise<void> {
    const { identity, clock, log } = this.#context;
    await keepLeaderNear({
      at: this.#listen,
      region: identity.region as Region,
      others: () => this.#others(),
      clock,
      signal: this.#ended.signal,
      onMoved: (to) => log.info({ to }, 'leadership goes to a member that is nearer to the others'),
    });
  }

  /** One life of etcd after the other: with the data that there is, or as a member that comes to be. */
  async #run(): Promise<void> {
    const { log, clock, env, endpoints } = this.#context;
    const signal = this.#ended.signal;
    await endpoints(ADDRESS_BOOK, 'store').known;
    for (let failures = 0; !signal.aborted; failures++) {
      const start = (await this.#hasData()) ? this.#restart() : await this.#become();
      if (start === undefined || signal.aborted) return;
      log.info({ state: start.state, members: start.members }, 'etcd starts');
      this.#process = new EtcdProcess(etcdProgram(env), etcdArguments(start), log);
      const { removed, ...how } = await this.#process.ended;
      if (signal.aborted) return;
      log.error({ ...how, removed }, 'etcd has ended; it starts again');
      if (removed) await this.#forgetData();
      await clock.sleep(backoffMs(failures, storeDefaults.restart), signal).catch(() => undefined);
    }
  }

  #restart(): Start {
    return { me: this.#me, state: 'existing', members: [], dataFolder: this.#folder };
  }

  /** Waits until there is a cluster to join, or one to found. */
  async #become(): Promise<Start | undefined> {
    const { log, clock, identity } = this.#context;
    const heard = new Map<string, Statement>();
    const own = (): Statement => ({
      empty: true,
      uid: identity.podUid,
      name: this.#self.name,
      url: this.#self.url,
      region: identity.region,
      heard: [identity.podUid, ...heard.keys()],
    });
    const speaking = await speak(this.#listen, own);
    try {
      while (!this.#ended.signal.aborted) {
        const members = await this.#joined();
        if (members) return this.#startWith('existing', members);
        const others = this.#others();
        const said = await Promise.all(others.map(hear));
        heard.clear();
        for (const statement of said) if (statement) heard.set(statement.uid, statement);
        const all = said.every(Boolean) && founders([own(), ...heard.values()], regions);
        if (all) {
          log.info(
            { founders: all.map(({ name }) => name) },
            'all regions have a pod without data: the store is founded',
          );
          // The others hear as often as this one does; who hears nothing any more joins what the others found.
          await clock.sleep(5 * storeDefaults.lookMs, this.#ended.signal).catch(() => undefined);
          return this.#startWith('new', all);
        }
        await clock.sleep(storeDefaults.lookMs, this.#ended.signal).catch(() => undefined);
      }
      return undefined;
    } finally {
      await speaking.close();
    }
  }

  /** Takes a step towards being a member; the members once this is one of them. */
  async #joined(): Promise<readonly { name: string; url: string }[] | undefined> {
    const living = new Set([...this.#others(), this.#listen].map(({ host }) => peerUrl(host)));
    for (const other of this.#others()) {
      try {
        const { step, members } = await join(other, this.#self, living);
        this.#context.log.info({ step, by: other.region }, 'joins the store');
        return members?.map(({ name, peerURLs: [url = ''] }) => ({ name: name || this.#nameOf(url), url }));
      } catch (err) {
        this.#context.log.debug({ err }, 'not by this member');
      }
    }
    return undefined;
  }

  /** etcd wants its own name at its own URL; those of members that have not started yet are not known to anybody. */
  #nameOf(url: string): string {
    return url === this.#self.url ? this.#self.name : `unknown.${url.replace(/\W+/g, '-')}`;
  }

  #startWith(state: Start['state'], members: readonly { readonly name: string; readonly url: string }[]): Start {
    const named = members.map(({ name, url }) => ({ name, url }));
    return { me: this.#me, state, members: named, dataFolder: this.#folder };
  }

  /** When another has taken its place, it leaves for good; else its place is kept. etcd hands leadership on by itself. */
  async #handOver(): Promise<void> {
    const { log } = this.#context;
    try {
      const { header, members } = await asking(this.#listen, (own) => listMembers(own, false));
      if (!isReplaced(members, this.#self)) return;
      await firstThatDoes(this.#others(), (other) =>
        other.call(methods.memberRemove, { ID: header.member_id }, storeDefaults.askMs),
      );
      log.info('left the store: another pod of the region has taken this place');
    } catch (err) {
      log.warn({ err }, 'this place is kept: whoever follows clears it');
    }
  }

  /** The other pods of the store, the nearest first. */
  #others(): readonly Endpoint[] {
    const { endpoints, identity } = this.#context;
    const book = endpoints(ADDRESS_BOOK, 'store').nearest(identity.region as Region);
    return book.filter(({ host }) => host !== this.#listen.host);
  }

  async #hasData(): Promise<boolean> {
    return readdir(joinPath(this.#folder, 'member')).then(
      () => true,
      () => false,
    );
  }

  async #forgetData(): Promise<void> {
    this.#context.log.warn('the others have removed this member: it begins anew');
    await rm(joinPath(this.#folder, 'member'), { recursive: true, force: true });
  }
}
