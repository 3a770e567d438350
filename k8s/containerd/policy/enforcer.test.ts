import assert from 'node:assert/strict';
import { EventEmitter, on } from 'node:events';
import { type TestContext, test } from 'node:test';
import { FaultflixError } from '#base/errors.ts';
import { KubeHttp } from '#base/kube/http.ts';
import { KubeStub } from '#kit/testing/kube-stub.ts';
import { enforce } from './enforcer.ts';
import type { Ruleset } from './ruleset.ts';
import { passes } from './testing/evaluate.ts';

const POLICIES = '/apis/networking.k8s.io/v1/networkpolicies';
const PODS = '/api/v1/pods';

const pod = (name: string, ip: string) => ({
  metadata: { name, namespace: 'a', uid: name, labels: { app: name } },
  spec: { nodeName: 'one', containers: [] },
  status: { phase: 'Running', podIP: ip },
});
const deny = {
  metadata: { name: 'deny', namespace: 'a', uid: 'deny' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
};
const attempt = { from: '10.200.0.2', to: '10.200.0.3', protocol: 'TCP', port: 80 } as const;

async function started(t: TestContext, { fresh = true, failing = false } = {}) {
  const api = await KubeStub.start();
  const http = new KubeHttp({ server: `https://127.0.0.1:${api.port}`, ca: api.ca });
  const stop = new AbortController();
  const events = new EventEmitter();
  const rulesets = on(events, 'applied');
  const running = enforce({
    http,
    node: 'one',
    podCidr: '10.200.0.0/24',
    fresh,
    signal: stop.signal,
    onTrouble: () => undefined,
    apply: async (ruleset) => {
      if (failing) throw new FaultflixError('could-not-run', 'nft says no');
      events.emit('applied', ruleset);
    },
  });
  running.catch(() => undefined);
  t.after(async () => {
    stop.abort();
    await running.catch(() => undefined);
    http.close();
    await api.close();
  });
  const next = async () => ((await rulesets.next()).value as [Ruleset])[0];
  /** Resolves when a ruleset fits. */
  const until = async (fits: (ruleset: Ruleset) => boolean): Promise<void> => {
    while (!fits(await next()));
  };
  return { api, running, until, next, stop };
}

test('the node is closed before anything is known, and opens for what the API tells of', async (t) => {
  const { api, next, until } = await started(t);
  assert.equal(passes(await next(), attempt), false);
  api.put(PODS, pod('client', attempt.from));
  api.put(PODS, pod('server', attempt.to));
  await until((ruleset) => passes(ruleset, attempt));
  api.put(POLICIES, deny);
  await until((ruleset) => !passes(ruleset, attempt));
  api.delete(POLICIES, 'deny');
  await until((ruleset) => passes(ruleset, attempt));
  api.delete(PODS, 'server');
  await until((ruleset) => !passes(ruleset, attempt));
});

test('where rules of an earlier process stand they are kept until all is known', async (t) => {
  const { next } = await started(t, { fresh: false });
  assert.equal((await next()).sets.find(({ name }) => name === 'own')?.elem.length, 0, 'of lists, not of nothing');
});

test('rules that cannot be applied end it with that error', async (t) => {
  const { running } = await started(t, { failing: true });
  await assert.rejects(running, { code: 'could-not-run', message: 'nft says no' });
});

test('it ends when it is told to', async (t) => {
  const { running, stop, next } = await started(t);
  await next();
  stop.abort();
  await running;
});
