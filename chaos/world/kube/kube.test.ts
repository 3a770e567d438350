import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { leadByLease } from '../../controller/lease.ts';
import type { HolderRecord } from '../../engine/journal.ts';
import { JournalWriter } from '../../engine/journal-writer.ts';
import { parseExperiment } from '../../engine/parse.ts';
import { initialStatus } from '../../engine/state.ts';
import { SocketCallers } from '../callers.ts';
import { ApiServer } from '../testing/api-server.ts';
import { noLog } from '../testing/pod.ts';
import { waitFor } from '../testing/wait-for.ts';
import { Wardens } from '../wardens.ts';
import { listBudgets, listCandidates } from './candidates.ts';
import { KubeCluster } from './cluster.ts';
import { experimentsPath, KubeJournal } from './journal-store.ts';
import { ServicePods } from './service-pods.ts';

const yaml = `
apiVersion: faultflix.dev/v1alpha1
kind: Experiment
metadata: { name: NAME }
spec: { title: t, baseline: 0s, method: [{ fault: pod-kill, target: { service: playback } }] }
`;

describe('the edges to Kubernetes, on a real API server', () => {
  let api: ApiServer;
  let http: KubeHttp;
  before(async () => {
    api = await ApiServer.start('chaos-edges');
    http = api.http;
  });
  after(() => api.stop());

  const podsPath = (namespace: string) => `/api/v1/namespaces/${namespace}/pods`;
  type Pod = { metadata: { uid: string; resourceVersion: string; name: string } };

  async function makePod(namespace: string, name: string, service: string): Promise<Pod> {
    const metadata = { name, labels: { 'app.kubernetes.io/name': service, 'faultflix.dev/chaos': 'enabled' } };
    const spec = { containers: [{ name: 'c', image: 'x' }], nodeName: 'nowhere', automountServiceAccountToken: false };
    return http.json<Pod>({ method: 'POST', path: podsPath(namespace), body: { metadata, spec } });
  }

  const setReady = (namespace: string, name: string, ip: string) =>
    http.json({
      method: 'PATCH',
      path: `${podsPath(namespace)}/${name}/status`,
      contentType: 'application/merge-patch+json',
      body: {
        status: { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions: [{ type: 'Ready', status: 'True' }] },
      },
    });

  async function makeExperiment(name: string) {
    const body = parseExperiment(yaml.replace('NAME', name), 'x.yaml');
    const made = await http.json<{ metadata: { uid: string } }>({
      method: 'POST',
      path: experimentsPath('chaos'),
      body,
    });
    const journal = new KubeJournal({ http, namespace: 'chaos', name, uid: made.metadata.uid });
    return { journal, experiment: { ...body, metadata: { ...body.metadata, uid: made.metadata.uid } } };
  }

  test('candidates come by metadata alone and in pages, from every place that is asked; none is an empty list', async () => {
    await Promise.all(Array.from({ length: 7 }, (_, n) => makePod('us-east-1', `many-${n}`, 'many')));
    await makePod('us-west-2', 'many-west', 'many');
    const found = await listCandidates(http, { service: 'many' });
    assert.equal(found.length, 8);
    assert.equal(found[0]!.labels['faultflix.dev/chaos'], 'enabled');
    assert.equal((await listCandidates(http, { service: 'many', regions: ['us-west-2'] })).length, 1);
    assert.deepEqual(await listCandidates(http, { service: 'none' }), []);
    assert.deepEqual(await listBudgets(http, ['us-east-1']), []);
  });

  test('ready pods are counted by watch; a pod that is dying or excepted is not', async () => {
    const [a] = await Promise.all([makePod('us-east-1', 'count-a', 'count'), makePod('us-east-1', 'count-b', 'count')]);
    const pods = await new ServicePods({ http, namespace: 'us-east-1', service: 'count' }).ready();
    assert.equal(pods.readyCount(), 0);
    const both = pods.until((now) => now.readyCount() === 2, AbortSignal.timeout(5_000));
    await setReady('us-east-1', 'count-a', '10.0.0.1');
    await setReady('us-east-1', 'count-b', '10.0.0.2');
    assert.equal(await both, true);
    assert.equal(pods.readyCount(a.metadata.uid), 1);
    assert.equal(await pods.until((now) => now.readyCount() === 3, AbortSignal.timeout(50)), false);
    pods.close();
  });

  test('a kill ends this very pod; one that changed meanwhile too, one that is dying or another by now is refused', async () => {
    const cluster = new KubeCluster({
      http,
      wardens: new Wardens({ token: () => '', addressOf: () => undefined }),
      callers: new SocketCallers({ tls: () => ({}) }),
      clock: systemClock,
      ca: () => undefined,
    });
    const world = cluster.world('run', { before: {}, step: 0, expiresAtMs: 0 } as never);
    const ref = (pod: Pod) => ({ namespace: 'us-east-1', name: pod.metadata.name, uid: pod.metadata.uid });
    const options = (pod: Pod) => ({ graceSeconds: 0, resourceVersion: pod.metadata.resourceVersion });

    const changed = await makePod('us-east-1', 'kill-a', 'kill');
    await setReady('us-east-1', 'kill-a', '10.0.0.3');
    await world.pods.kill(ref(changed), options(changed));
    assert.equal(await world.pods.gone(ref(changed), 5_000), true);
    await assert.rejects(world.pods.kill(ref(changed), options(changed)), { code: 'not-found' });

    const successor = await makePod('us-east-1', 'kill-a', 'kill');
    await assert.rejects(world.pods.kill(ref(changed), options(changed)), { code: 'not-found' });
    assert.equal(await world.pods.gone(ref(changed), 5_000), true, 'of another uid');

    // Nobody plays the node: a pod that is asked to end in good order stays there, dying.
    await http.json({ method: 'DELETE', path: `${podsPath('us-east-1')}/kill-a`, body: { gracePeriodSeconds: 60 } });
    await assert.rejects(world.pods.kill(ref(successor), options(successor)), {
      code: 'conflict',
      message: /already dying/,
    });
    assert.deepEqual(
      await cluster.settle({
        ...ref(successor),
        labels: { 'app.kubernetes.io/name': 'kill' },
        annotations: {},
        dying: false,
      }),
      { no: 'already being deleted' },
    );
    cluster.release([]);
  });

  test('the journal: a stale writer is refused, a successor fences its predecessor, a deleted Experiment is gone', async () => {
    const { journal, experiment } = await makeExperiment('journal');
    const found = (await journal.read())!;
    assert.equal(found.status, undefined);
    const status = initialStatus(experiment, Date.now());
    const version = await journal.write(status, found.version);
    await assert.rejects(journal.write(status, found.version), { code: 'conflict' });
    assert.equal((await journal.read())!.status!.run, status.run);

    const writer = (holder: HolderRecord) =>
      new JournalWriter({
        store: journal,
        initial: { status, version },
        holder,
        clock: systemClock,
        signal: AbortSignal.timeout(9_000),
      });
    const [old, successor] = [writer({ identity: 'a', term: 1 }), writer({ identity: 'b', term: 2 })];
    await old.update((now) => now);
    await successor.update((now) => ({ ...now, seed: 42 }));
    await assert.rejects(
      old.update((now) => now),
      { code: 'conflict', message: /successor/ },
    );
    assert.equal((await journal.read())!.status!.seed, 42);

    await http.json({ method: 'DELETE', path: `${experimentsPath('chaos')}/journal` });
    assert.equal(await journal.read(), undefined);
    await assert.rejects(
      successor.update((now) => now),
      { code: 'not-found' },
    );
  });

  test('what the API server itself refuses, and what it keeps for the controller to refuse', async () => {
    const post = (change: object) => {
      const body = parseExperiment(yaml.replace('NAME', 'refused'), 'x.yaml');
      const path = experimentsPath('chaos');
      return http.json<{ spec: Record<string, unknown> }>({
        method: 'POST',
        path,
        body: { ...body, spec: { ...body.spec, ...change } },
      });
    };
    await assert.rejects(post({ baseline: '-3s' }), { code: 'bad-input' });
    await assert.rejects(post({ method: [] }), { code: 'bad-input' });
    await assert.rejects(post({ method: [{ fault: 'meteor', target: { service: 'x' } }] }), { code: 'bad-input' });
    assert.equal((await post({ nonsense: 1 })).spec.nonsense, 1, 'pruned, it would never be refused');
  });

  test('one leads at a time; the Lease is given back on stop and taken over at once, with a higher term', async () => {
    const leading: { identity: string; term: number }[] = [];
    const stops = ['a', 'b'].map((identity) => {
      const stop = new AbortController();
      const done = leadByLease(
        {
          http,
          clock: systemClock,
          log: noLog,
          namespace: 'chaos',
          name: 'test',
          identity,
          isPredecessor: () => false,
        },
        async (holder, signal) => {
          leading.push(holder);
          assert.equal(leading.length, 1, 'two lead at once');
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
          leading.pop();
        },
        stop.signal,
      );
      return { identity, stop, done };
    });
    const first = { ...(await waitFor('a leader', () => leading[0])) };
    const [winner, other] = first.identity === 'a' ? stops : [...stops].reverse();
    winner!.stop.abort();
    await winner!.done;
    const second = await waitFor('its successor', () => leading[0]);
    assert.equal(second.identity, other!.identity);
    assert.equal(second.term, first.term + 1);
    other!.stop.abort();
    await other!.done;
  });
});
