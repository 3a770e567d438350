import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import type { SwitchableGuards } from './resilience/guards.ts';
import { seldom } from './seldom.ts';

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface GuardWatchOptions {
  readonly http: KubeHttp;
  readonly namespace: string;
  readonly guards: SwitchableGuards;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Follows ConfigMap `guards` of the namespace. Without one every guard is on; while the API is away nothing changes. */
export function watchGuards({ http, namespace, guards, clock, log, signal }: GuardWatchOptions): Promise<void> {
  const apply = (data: Readonly<Record<string, string>> = {}) => {
    const { changed, notUnderstood } = guards.set(data);
    if (Object.keys(changed).length > 0) log.warn({ guards: changed }, 'guards switched');
    if (notUnderstood.length > 0)
      log.warn({ entries: notUnderstood }, 'entries of ConfigMap guards that switch nothing');
  };
  const tell = seldom(clock);
  return listWatch<ConfigMap>({
    http,
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    query: { fieldSelector: 'metadata.name=guards' },
    clock,
    signal,
    onList: (items) => apply(items[0]?.data),
    onEvent: (type, map) => apply(type === 'DELETED' ? {} : map.data),
    onTrouble: (why, retryInMs) =>
      log[tell() ? 'warn' : 'debug']({ why, retryInMs }, 'guards cannot be watched: the last known stay'),
  });
}
