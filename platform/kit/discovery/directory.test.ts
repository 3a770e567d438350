import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { KubeHttp } from '#base/kube/http.ts';
import type { Endpoints } from '../context.ts';
import { watchGuards } from '../guard-watch.ts';
import { SwitchableGuards } from '../resilience/guards.ts';
import { KubeStub } from '../testing/kube-stub.ts';
import { until } from '../testing/processes.ts';
import { Directory } from './directory.ts';

const path = (namespace: string) => `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;

function slice(name: string, uids: readonly string[], namespace = 'us-east-1') {
  return {
    metadata: { name, namespace, labels: { 'kubernetes.io/service-name': name } },
    ports: [{ name: 'grpc-from-us-east-1', port: 9091 }],
    endpoints: uids.map((uid, i) => ({ addresses: [`10.0.0.${i}`], conditions: { ready: true }, targetRef: { uid } })),
  };
}

describe('what is followed in the cluster', () => {
  let stub: KubeStub;
  let http: KubeHttp;
  let stop: AbortController;

  before(async () => {
    stub = await KubeStub.start();
    http = new KubeHttp({ server: `https://127.0.0.1:${stub.port}`, ca: stub.ca });
    stop = new AbortController();
  });

  after(async () => {
    stop.abort();
    http.close();
    await stub.close();
  });

  it('endpoints come, change and go; each service hears of its own', async () => {
    stub.put(path('us-east-1'), slice('catalog', ['a']));
    const namespaces = ['us-east-1', 'us-west-2'] as const;
    const directory = new Directory({ http, namespaces, clock: systemClock, signal: stop.signal, env: {} });
    const catalog = directory.endpoints('catalog', 'grpc', 'us-east-1');
    const other = directory.endpoints('other', 'grpc', 'us-east-1');
    assert.equal(directory.endpoints('catalog', 'grpc', 'us-east-1'), catalog);
    await catalog.known;
    const ids = (endpoints: Endpoints) => endpoints.list().map(({ id }) => id.split('@')[0]);
    assert.deepEqual(ids(catalog), ['a']);

    let heard = 0;
    other.onChange(() => heard++);
    stub.put(path('us-east-1'), slice('catalog', ['a', 'b']));
    await until(() => ids(catalog).length === 2, 'b is known');
    stub.put(path('us-west-2'), slice('catalog', ['w'], 'us-west-2'));
    await until(() => ids(catalog).length === 3, 'w is known');
    assert.deepEqual(
      catalog.nearest('us-west-2').map(({ region }) => region),
      ['us-west-2', 'us-east-1', 'us-east-1'],
    );
    assert.equal(heard, 0);
    stub.delete(path('us-east-1'), 'catalog');
    await until(() => ids(catalog).length === 1, 'a and b are gone');
  });

  it('guards are switched by the ConfigMap, and on again without it', async () => {
    const guards = new SwitchableGuards();
    const log = pino({ enabled: false });
    const maps = '/api/v1/namespaces/us-east-1/configmaps';
    stub.put(maps, { metadata: { name: 'guards' }, data: { breaker: 'off' } } as never);
    void watchGuards({ http, namespace: 'us-east-1', guards, clock: systemClock, log, signal: stop.signal });
    await until(() => !guards.on('breaker'), 'off from the start');
    stub.put(maps, { metadata: { name: 'guards' }, data: { retries: 'off' } } as never);
    await until(() => guards.on('breaker') && !guards.on('retries'), 'changed');
    stub.delete(maps, 'guards');
    await until(() => guards.on('retries'), 'on again');
  });

  it('what was known last stays when the API server is away', async () => {
    const own = await KubeStub.start();
    own.put(path('us-east-1'), slice('catalog', ['a']));
    const ownHttp = new KubeHttp({ server: `https://127.0.0.1:${own.port}`, ca: own.ca });
    const troubles: string[] = [];
    const directory = new Directory({
      http: ownHttp,
      namespaces: ['us-east-1'],
      clock: systemClock,
      signal: stop.signal,
      env: {},
      onTrouble: (_namespace, message) => troubles.push(message),
    });
    await directory.known;
    const catalog = directory.endpoints('catalog', 'grpc', 'us-east-1');
    await own.close();
    await until(() => troubles.length > 1, 'trouble');
    assert.equal(catalog.list().length, 1);
    ownHttp.close();
  });
});
