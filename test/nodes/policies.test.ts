/** The rules in a kernel, with real sockets, in network namespaces of the test's own. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { compile } from '#k8s/containerd/policy/compile.ts';
import type { Pod, Policy } from '#k8s/containerd/policy/objects.ts';
import { type Answer, TestNetwork } from '#k8s/containerd/policy/testing/network.ts';
import { allowed, type World } from '#k8s/containerd/policy/testing/reference.ts';
import { PORTS, policyOf } from '#k8s/containerd/policy/testing/worlds.ts';

const [server, client, third, remote] = ['10.200.0.2', '10.200.0.3', '10.200.0.4', '10.200.1.2'] as const;
const ips = [server, client, third, remote] as const;
const pod = (ip: string, index: number): Pod => ({
  metadata: { name: `pod-${index}`, namespace: index === 2 ? 'b' : 'a', labels: { app: ['x', 'y', 'x', 'y'][index]! } },
  spec: {
    nodeName: ip === remote ? 'two' : 'one',
    containers: [{ ports: [{ name: 'web', containerPort: index % 2 ? 80 : 8080 }] }],
  },
  status: { phase: 'Running', podIP: ip },
});
const world = (policies: readonly Policy[]): World => ({
  policies,
  pods: ips.map(pod),
  namespaces: [{ metadata: { name: 'a', labels: { tier: 'x' } } }, { metadata: { name: 'b' } }],
});
const rulesOf = (policies: readonly Policy[]) => compile({ ...world(policies), node: 'one', podCidr: '10.200.0.0/24' });
const deny = (types: NonNullable<Policy['spec']['policyTypes']>): Policy => ({
  metadata: { name: 'deny', namespace: 'a' },
  spec: { podSelector: {}, policyTypes: types },
});

/** What should answer is waited for as long as a busy machine takes; only what should be silent is waited out. */
const PATIENT = { patienceMs: 60_000 } as const;

describe('in the kernel', () => {
  let network: TestNetwork;
  before(async () => {
    network = await TestNetwork.start(ips, PORTS);
    await network.inNode(
      process.execPath,
      join(import.meta.dirname, '../../k8s/containerd/policy/testing', 'show-bridged.ts'),
    );
  });
  after(() => network?.end());

  const tcp = async (from: string, to: string, port = 8080, patience = {}): Promise<Answer> =>
    (await network.pod(from).ask({ to, protocol: 'TCP', port, ...patience })).answer;
  const patiently = (from: string, to: string, port = 8080): Promise<Answer> => tcp(from, to, port, PATIENT);

  /** Every port of every pod from every other, as it is and as it should be. */
  async function disagreements(policies: readonly Policy[]): Promise<string[]> {
    const attempts = ips.flatMap((from) =>
      ips
        .filter((to) => to !== from)
        .flatMap((to) =>
          PORTS.flatMap((port) => (['TCP', 'UDP'] as const).map((protocol) => ({ from, to, port, protocol }))),
        ),
    );
    const wrong = await Promise.all(
      attempts.map(async (attempt) => {
        const expected = allowed(world(policies), 'one', attempt) ? 'open' : 'silent';
        const patience = expected === 'open' ? PATIENT : {};
        const { answer } = await network.pod(attempt.from).ask({ ...attempt, ...patience });
        return answer === expected ? [] : [`${JSON.stringify(attempt)}: ${answer}, not ${expected}`];
      }),
    );
    return wrong.flat();
  }

  test('every port of every pod is as the documentation says, on one node and between nodes, whatever the policies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(policyOf(fc.constantFrom('a', 'b')), { minLength: 1, maxLength: 3 }),
        async (policies) => {
          await network.apply(rulesOf(policies));
          assert.deepEqual(await disagreements(policies), []);
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('known bad: without rules what a policy forbids is open', async () => {
    await network.apply({ sets: [], chains: [], rules: [] });
    assert.equal(await patiently(client, server), 'open');
    // All that begins or ends at the two pods of the policy's namespace on this node.
    assert.equal((await disagreements([deny(['Ingress', 'Egress'])])).length, 100);
  });

  test('default deny shuts, on the bridge and over the route; its allow twin opens one port to one peer', async () => {
    await network.apply(rulesOf([deny(['Ingress'])]));
    assert.deepEqual(await Promise.all([tcp(client, server), tcp(remote, server)]), ['silent', 'silent']);
    const allow: Policy = {
      metadata: { name: 'allow', namespace: 'a' },
      spec: {
        podSelector: { matchLabels: { app: 'x' } },
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'y' } } }], ports: [{ port: 'web' }] }],
      },
    };
    await network.apply(rulesOf([deny(['Ingress']), allow]));
    assert.deepEqual(
      await Promise.all([
        patiently(client, server),
        patiently(remote, server),
        tcp(third, server),
        tcp(client, server, 80),
      ]),
      ['open', 'open', 'silent', 'silent'],
    );
  });

  test('the node itself always reaches its pods, as a kubelet must', async () => {
    await network.apply(rulesOf([deny(['Ingress', 'Egress'])]));
    assert.equal((await network.node.ask({ to: server, protocol: 'TCP', port: 8080, ...PATIENT })).answer, 'open');
    assert.equal(await tcp(client, server), 'silent');
  });

  test('what was allowed to begin goes on when a wall comes, and nothing begins anew', async () => {
    await network.apply(rulesOf([]));
    const { id, answer } = await network
      .pod(client)
      .ask({ to: server, protocol: 'TCP', port: 8080, keep: true, ...PATIENT });
    assert.equal(answer, 'open');
    await network.apply(rulesOf([deny(['Ingress', 'Egress'])]));
    const again = { to: server, protocol: 'TCP', port: 8080, over: id, ...PATIENT } as const;
    assert.equal((await network.pod(client).ask(again)).answer, 'open');
    assert.equal(await tcp(client, server), 'silent');
  });

  test('a pod that the API has not told of reaches nothing and nobody', async () => {
    const { pods, ...rest } = world([]);
    const known = pods.filter(({ status }) => status?.podIP !== client);
    await network.apply(compile({ ...rest, pods: known, node: 'one', podCidr: '10.200.0.0/24' }));
    assert.deepEqual(
      await Promise.all([tcp(client, server), tcp(client, remote), tcp(server, client), patiently(server, third)]),
      ['silent', 'silent', 'silent', 'open'],
    );
  });

  test('rules that the kernel refuses change nothing', async () => {
    await network.apply(rulesOf([deny(['Ingress'])]));
    const listed = await network.listed();
    const bad = rulesOf([]);
    await assert.rejects(
      network.apply({ ...bad, rules: [...bad.rules, { chain: 'nowhere', expr: [{ drop: null }] }] }),
      { code: 'could-not-run' },
    );
    assert.equal(await network.listed(), listed);
    assert.equal(await tcp(client, server), 'silent');
  });
});
