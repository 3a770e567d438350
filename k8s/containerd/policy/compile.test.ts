import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { compile } from './compile.ts';
import type { Pod, Policy } from './objects.ts';
import type { Ruleset } from './ruleset.ts';
import { passes } from './testing/evaluate.ts';
import { type Attempt, allowed, type World } from './testing/reference.ts';
import { cidrOf, NODES, worldAndAttempt } from './testing/worlds.ts';

type Compiler = (world: World, node: string) => Ruleset;
const ours: Compiler = (world, node) => compile({ ...world, node, podCidr: cidrOf(node) });

/** An address of a node's that belongs to no pod of the API's: closed beyond what the API says. */
const strange = (world: World, ip: string) =>
  /^10\.200\.[01]\./.test(ip) &&
  !world.pods.some(
    ({ spec, status }) => status?.podIP === ip && !spec.hostNetwork && !['Succeeded', 'Failed'].includes(status.phase!),
  );

const agrees = (compiler: Compiler) =>
  fc.property(worldAndAttempt, ({ world, attempt }) => {
    if (strange(world, attempt.from) || strange(world, attempt.to)) return;
    for (const node of NODES)
      assert.equal(passes(compiler(world, node), attempt), allowed(world, node, attempt), `on node ${node}`);
  });

const RUNS = { numRuns: 5_000 };
/** Ends with the first that is found, which some worlds in thousands show: as many as are sure to. */
const UNTIL_FOUND = { numRuns: 500_000, endOnFailure: true };

describe('NetworkPolicies as rules', () => {
  test('let through what the documentation lets through, and nothing else', () => {
    fc.assert(agrees(ours), RUNS);
  });

  test('judge only what begins: what was allowed to begin goes on', () => {
    fc.assert(
      fc.property(worldAndAttempt, ({ world, attempt }) => {
        for (const node of NODES) assert.ok(passes(ours(world, node), { ...attempt, established: true }));
      }),
    );
  });

  test('keep an address that no pod is known to have from everything but itself, both ways', () => {
    fc.assert(
      fc.property(worldAndAttempt, ({ world, attempt }) => {
        const unknown = '10.200.0.250';
        const out = { ...attempt, from: unknown, to: '8.8.8.8' };
        const into = { ...attempt, from: '8.8.8.8', to: unknown };
        assert.deepEqual(
          [out, into].map((each) => passes(ours(world, 'one'), each)),
          [false, false],
        );
      }),
    );
  });

  test('have no way around them by IPv6', () => {
    assert.equal(passes(ours(example, 'one'), { ...attempt, ipv6: true }), false);
  });
});

const pod = (name: string, labels: Record<string, string>, ip: string): Pod => ({
  metadata: { name, namespace: 'a', labels },
  spec: { nodeName: 'one', containers: [{ ports: [{ name: 'web', containerPort: 8080 }] }] },
  status: { phase: 'Running', podIP: ip },
});
const deny: Policy = {
  metadata: { name: 'deny', namespace: 'a' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
};
const allowWeb: Policy = {
  metadata: { name: 'web', namespace: 'a' },
  spec: {
    podSelector: { matchLabels: { app: 'server' } },
    ingress: [{ from: [{ podSelector: { matchLabels: { app: 'client' } } }], ports: [{ port: 'web' }] }],
  },
};
const example: World = {
  namespaces: [{ metadata: { name: 'a' } }],
  pods: [pod('server', { app: 'server' }, '10.200.0.2'), pod('client', { app: 'client' }, '10.200.0.3')],
  policies: [deny, allowWeb],
};
const attempt: Attempt = { from: '10.200.0.3', to: '10.200.0.2', protocol: 'TCP', port: 8080 };

describe('known bad', () => {
  const bad: Readonly<Record<string, Compiler>> = {
    'an empty ruleset': () => ({ sets: [], chains: [], rules: [] }),
    'a ruleset that drops all': (world, node) => ({
      ...ours(world, node),
      rules: [{ chain: 'forward', expr: [{ drop: null }] }],
    }),
    'one that forgets the last drop': (world, node) => {
      const made = ours(world, node);
      return { ...made, rules: made.rules.filter(({ comment }) => comment !== 'no policy allows it') };
    },
    'one that forgets egress': (world, node) => {
      const made = ours(world, node);
      return {
        ...made,
        rules: made.rules.filter(({ expr }) => !expr.some((e) => 'jump' in e && e.jump.target === 'egress')),
      };
    },
    'one that forgets every except': (world, node) =>
      ours(
        { ...world, policies: JSON.parse(JSON.stringify(world.policies).replaceAll('"except"', '"ignored"')) },
        node,
      ),
    'one that takes a named port for any': (world, node) =>
      ours(
        { ...world, policies: JSON.parse(JSON.stringify(world.policies).replaceAll('"port":"web"', '"endPort":null')) },
        node,
      ),
  };
  for (const [name, compiler] of Object.entries(bad))
    test(`${name} does not agree`, () => {
      assert.ok(fc.check(agrees(compiler), UNTIL_FOUND).failed);
    });
});

describe('an example', () => {
  test('of default deny with one way in', () => {
    const reaches = (change: Partial<Attempt>) => passes(ours(example, 'one'), { ...attempt, ...change });
    assert.equal(reaches({}), true);
    assert.equal(reaches({ port: 8081 }), false);
    assert.equal(reaches({ from: '8.8.8.8' }), false);
    assert.equal(reaches({ from: '10.200.0.2', to: '10.200.0.3' }), false);
    assert.equal(reaches({ from: '10.200.0.2', to: '10.200.0.2', port: 1 }), true);
  });

  test('names the policies that a rule comes from', () => {
    const comments = ours(example, 'one').rules.map(({ comment }) => comment);
    assert.ok(comments.includes('a/web rule 0'));
  });
});
