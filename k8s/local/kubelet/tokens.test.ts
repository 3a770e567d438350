import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { KubeHttp, KubeRequest } from '#base/kube/http.ts';
import { PodTokens } from './tokens.ts';
import type { Pod } from './types.ts';

const pod = {
  metadata: { namespace: 'n', name: 'p', uid: 'u' },
  spec: { serviceAccountName: 'robot' },
} as unknown as Pod;
const HOUR_MS = 3_600_000;

function server() {
  const asked: KubeRequest[] = [];
  const state = { nowMs: 0, lifeMs: HOUR_MS, broken: false };
  const http = {
    json: async (request: KubeRequest) => {
      asked.push(request);
      if (state.broken) throw new Error('away');
      const expirationTimestamp = new Date(state.nowMs + state.lifeMs).toISOString();
      return { status: { token: `token-${asked.length}`, expirationTimestamp } };
    },
  } as unknown as KubeHttp;
  return { asked, state, tokens: new PodTokens(http) };
}

const request = { audience: undefined, expirationSeconds: 3_600 };

it('asks for a token that is bound to the pod, and again at four fifths of its life', async () => {
  const { asked, state, tokens } = server();
  await tokens.ensure(pod, [request], 0);
  assert.equal(asked[0]!.path, '/api/v1/namespaces/n/serviceaccounts/robot/token');
  assert.deepEqual((asked[0]!.body as { spec: object }).spec, {
    expirationSeconds: 3_600,
    boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u' },
  });
  assert.equal(tokens.renewAtMs(), 0.8 * HOUR_MS);
  state.nowMs = 0.8 * HOUR_MS - 1;
  await tokens.ensure(pod, [request], state.nowMs);
  assert.equal(tokens.get(request), 'token-1');
  state.nowMs += 1;
  await tokens.ensure(pod, [request], state.nowMs);
  assert.equal(tokens.get(request), 'token-2');
});

it('renews a long-lived one after a day', async () => {
  const { state, tokens } = server();
  state.lifeMs = 365 * 24 * HOUR_MS;
  await tokens.ensure(pod, [request], 0);
  assert.equal(tokens.renewAtMs(), 24 * HOUR_MS);
});

it('keeps a token while the server is away and it holds; an expired one is an error', async () => {
  const { state, tokens } = server();
  await tokens.ensure(pod, [request], 0);
  state.broken = true;
  await tokens.ensure(pod, [request], 0.9 * HOUR_MS);
  assert.equal(tokens.get(request), 'token-1');
  assert.ok(tokens.renewAtMs() <= 0.9 * HOUR_MS + 10_000);
  await assert.rejects(tokens.ensure(pod, [request], HOUR_MS));
});

it('keeps tokens for different audiences apart', async () => {
  const { tokens } = server();
  const other = { audience: 'vault', expirationSeconds: 600 };
  await tokens.ensure(pod, [request, other], 0);
  assert.notEqual(tokens.get(request), tokens.get(other));
  assert.equal(tokens.renewAtMs(), 0.8 * HOUR_MS);
});
