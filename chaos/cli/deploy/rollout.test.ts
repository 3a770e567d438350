import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { fakeApi } from '../testing/fake-api.ts';
import { fakeClock } from '../testing/fake-clock.ts';
import { applyAll } from './apply.ts';
import { awaitReady } from './await-ready.ts';
import { parseManifests } from './manifest.ts';
import { wavesOf } from './order.ts';
import { Resources } from './resources.ts';
import { progressOf, readinessOf, type Workload } from './rollout.ts';
import { reasonOf } from './why-not-ready.ts';

const deployment = (status: Workload['status'], generation = 2): Workload => ({
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'us-east-1', uid: 'u', resourceVersion: '1', generation },
  spec: { replicas: 2, selector: { matchLabels: { app: 'shop' } } },
  ...(status ? { status } : {}),
});
const ready = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

describe('a workload is ready', () => {
  const cases: ReadonlyArray<readonly [string, Workload, boolean]> = [
    ['when all replicas are available', deployment(ready), true],
    ['not without a status', deployment(undefined), false],
    ['not while the controller has not seen this generation', deployment({ ...ready, observedGeneration: 1 }), false],
    ['not while old replicas are left', deployment({ ...ready, replicas: 3 }), false],
    ['not while one is missing', deployment({ ...ready, availableReplicas: 1 }), false],
    [
      'not as a DaemonSet that no node takes',
      { ...deployment({ observedGeneration: 2, desiredNumberScheduled: 0 }), kind: 'DaemonSet' },
      false,
    ],
    [
      'as a DaemonSet on every node',
      {
        ...deployment({
          observedGeneration: 2,
          desiredNumberScheduled: 6,
          updatedNumberScheduled: 6,
          numberAvailable: 6,
        }),
        kind: 'DaemonSet',
      },
      true,
    ],
  ];
  for (const [what, workload, expected] of cases) {
    it(what, () => assert.equal(readinessOf(workload).ready, expected));
  }
  it('and nothing at all is not ready', () => assert.equal(progressOf([]).ready, false));
});

describe('waiting for the platform', () => {
  const wanted = [{ kind: 'Deployment' as const, key: 'us-east-1/shop' }];
  const api = (items: readonly Workload[], pods: unknown[] = []) =>
    fakeApi(({ url, response }) => {
      if (url.pathname.endsWith('/pods')) return { items: pods };
      if (url.pathname.endsWith('/log')) {
        response.end('last words\n');
        return 'written';
      }
      if (url.searchParams.get('watch') === 'true') {
        response.writeHead(200).flushHeaders();
        return 'written';
      }
      return { metadata: { resourceVersion: '1' }, items: url.pathname.endsWith('/deployments') ? items : [] };
    });

  it('ends when all that was applied is ready', async () => {
    await using server = await api([deployment(ready)]);
    let seen = '';
    await awaitReady({
      http: server.http,
      wanted,
      timeoutMs: 1_000,
      clock: fakeClock(),
      signal: new AbortController().signal,
      onProgress: ({ readyPods, wantedPods }) => {
        seen = `${readyPods}/${wantedPods}`;
      },
    });
    assert.equal(seen, '2/2');
  });

  const failing = async (items: readonly Workload[], pods: unknown[] = []): Promise<FaultflixError> => {
    await using server = await api(items, pods);
    const clock = fakeClock();
    const listed = Promise.withResolvers<void>();
    const waiting = awaitReady({
      http: server.http,
      wanted,
      timeoutMs: 60_000,
      clock,
      signal: new AbortController().signal,
      onProgress: () => listed.resolve(),
    }).then(
      () => assert.fail('it was taken for ready'),
      (error: unknown) => error as FaultflixError,
    );
    await listed.promise;
    await clock.advance(60_000);
    return await waiting;
  };

  it('says which pods are not ready, why, and their last words', async () => {
    const error = await failing(
      [deployment({ observedGeneration: 2 })],
      [
        {
          metadata: { name: 'shop-1', namespace: 'us-east-1' },
          status: {
            phase: 'Running',
            containerStatuses: [
              {
                name: 'main',
                ready: false,
                restartCount: 3,
                state: { waiting: { reason: 'CrashLoopBackOff' } },
                lastState: { terminated: { exitCode: 1 } },
              },
            ],
          },
        },
      ],
    );
    assert.equal(error.code, 'could-not-run');
    for (const text of ['us-east-1/shop-1', 'CrashLoopBackOff', 'last exit 1', '3 restarts', 'last words']) {
      assert.ok(error.received?.includes(text), `${text} in ${error.received}`);
    }
  });

  it('does not take a workload for ready that is not there', async () => {
    assert.match((await failing([])).received ?? '', /Deployment us-east-1\/shop: not there/);
  });
});

it('a pod that no node takes says so', () => {
  const pod = {
    metadata: { name: 'a', namespace: 'b' },
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/6 nodes are available' }],
    },
  };
  assert.equal(reasonOf(pod), 'pod b/a Pending: 0/6 nodes are available');
});

describe('manifests', () => {
  it('are applied in waves, each object once', () => {
    const of = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } });
    const waves = wavesOf([
      of('Service', 'a'),
      of('Namespace', 'n'),
      of('CustomResourceDefinition', 'c'),
      of('Service', 'a'),
    ]);
    const names = Object.fromEntries(
      Object.entries(waves).map(([wave, list]) => [wave, (list as { kind: string }[]).map(({ kind }) => kind)]),
    );
    assert.deepEqual(names, {
      namespaces: ['Namespace'],
      definitions: ['CustomResourceDefinition'],
      rest: ['Service'],
    });
  });

  it('that are none are refused', () => {
    assert.throws(() => parseManifests('a: 1', 'x'), { code: 'bad-input' });
    assert.throws(() => parseManifests('a: [', 'x'), { code: 'bad-input' });
    assert.deepEqual(parseManifests('---\n# nothing\n', 'x'), []);
  });

  it('are all tried at the place that discovery gives, and the first failure is told', async () => {
    await using api = await fakeApi(({ method, url }) => {
      if (url.pathname === '/api/v1')
        return { resources: [{ name: 'configmaps', kind: 'ConfigMap', namespaced: true }] };
      return method === 'PATCH' && url.pathname.endsWith('/good') ? {} : undefined;
    });
    const of = (name: string, kind = 'ConfigMap') => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'n' } });
    const options = { http: api.http, resources: new Resources(api.http) };
    await applyAll([of('good')], options);
    assert.ok(api.requests.includes('PATCH /api/v1/namespaces/n/configmaps/good'));
    await assert.rejects(applyAll([of('good'), of('bad')], options), (error) => {
      assert.ok(error instanceof FaultflixError);
      return error.code === 'could-not-run' && error.where === 'ConfigMap n/bad';
    });
    await assert.rejects(applyAll([of('good', 'Gadget')], options), { code: 'could-not-run' });
  });
});
