import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRng } from '#base/rng.ts';
import { type Candidate, type SelectOptions, select } from './select.ts';

const pod = (namespace: string, n: number, change: Partial<Candidate> = {}): Candidate => ({
  namespace,
  name: `playback-${n}`,
  uid: `${namespace}-${n}`,
  labels: { 'faultflix.dev/chaos': 'enabled', 'app.kubernetes.io/name': 'playback' },
  annotations: {},
  dying: false,
  ...change,
});

const fleet = ['us-east-1', 'us-west-2'].flatMap((region) => [0, 1, 2, 3].map((n) => pod(region, n)));

const choose = (change: Partial<SelectOptions> = {}, seed = 1) =>
  select({
    selector: { service: 'playback', count: 1, per: 'region' },
    candidates: fleet,
    budgets: [],
    radius: { maxRatioOfService: 0.5, maxPods: 5 },
    already: [],
    endsPods: true,
    optInLabel: 'faultflix.dev/chaos',
    haltAnnotation: 'faultflix.dev/halt',
    rng: seededRng(seed),
    ...change,
  });

const names = (change: Partial<SelectOptions>, seed?: number) => choose(change, seed).victims.map(({ uid }) => uid);
const spared = (change: Partial<SelectOptions>) => choose(change).spared.map(({ reason }) => reason);

test('one in each region, or one of all; a percentage is rounded up', () => {
  assert.deepEqual(
    choose().victims.map(({ namespace }) => namespace),
    ['us-east-1', 'us-west-2'],
  );
  assert.equal(names({ selector: { service: 'playback' } }).length, 1);
  assert.equal(names({ selector: { service: 'playback', percentage: 26 } }).length, 3);
  assert.equal(names({ selector: { service: 'playback', percentage: 26, per: 'region' } }).length, 4);
});

test('the same seed chooses the same, in whatever order the API lists; seeds differ', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.shuffledSubarray(fleet, { minLength: fleet.length }), (seed, candidates) => {
      assert.deepEqual(names({ candidates }, seed), names({}, seed));
    }),
  );
  const chosen = new Set(Array.from({ length: 50 }, (_, seed) => names({}, seed)[0]));
  assert.equal(chosen.size, 4, 'every pod can be the victim');
});

test('every pod that is spared is told why', () => {
  const first = (change: Partial<Candidate>) => ({
    selector: { service: 'playback' },
    candidates: [pod('us-east-1', 0, change), pod('us-east-1', 1)],
  });
  const labels = { 'app.kubernetes.io/name': 'playback' };
  assert.match(spared(first({ labels }))[0]!, /not opted in/);
  assert.match(spared(first({ annotations: { 'faultflix.dev/halt': 'true' } }))[0]!, /halted/);
  assert.match(spared(first({ dying: true }))[0]!, /already being deleted/);
  assert.match(
    spared({ ...first({}), already: [pod('us-east-1', 0)], radius: { maxRatioOfService: 1, maxPods: 5 } })[0]!,
    /earlier step/,
  );
  const exclude = { service: 'playback', exclude: ['playback-0'] };
  assert.match(spared({ ...first({}), selector: exclude })[0]!, /excluded/);
  const tier = { service: 'playback', labels: { tier: 'a' } };
  assert.match(spared({ ...first({ labels: {} }), selector: tier }).join(), /not opted in/);
  assert.match(spared({ ...first({}), selector: tier })[0]!, /tier is not a/);
  assert.ok(spared({ selector: { service: 'playback' } }).every((reason) => reason === 'the seed chose others'));
});

const refusals: {
  readonly name: string;
  readonly change: Partial<SelectOptions>;
  readonly kind: string;
  readonly reason: RegExp;
}[] = [
  { name: 'nothing matches', change: { candidates: [] }, kind: 'no-match', reason: /matches no pod: service playback/ },
  {
    name: 'more pods than the radius',
    change: { radius: { maxRatioOfService: 1, maxPods: 1 } },
    kind: 'radius',
    reason: /2 pods would be hit, blastRadius.maxPods is 1/,
  },
  {
    name: 'more of a service than the radius',
    change: {
      selector: { service: 'playback', count: 3, per: 'region' },
      radius: { maxRatioOfService: 0.5, maxPods: 9 },
    },
    kind: 'radius',
    reason: /3 of 4 pods in us-east-1/,
  },
  {
    name: 'with what an earlier step hits, more than the radius',
    change: {
      already: [pod('us-east-1', 0), pod('us-east-1', 1)],
      radius: { maxRatioOfService: 0.5, maxPods: 9 },
    },
    kind: 'radius',
    reason: /3 of 4 pods in us-east-1/,
  },
  {
    name: 'fewer eligible than wanted',
    change: { selector: { service: 'playback', count: 9 }, radius: { maxRatioOfService: 1, maxPods: 99 } },
    kind: 'short',
    reason: /9 pods are to be hit, 8 can be/,
  },
  {
    name: 'a region whose pods are all spared',
    change: { candidates: fleet.map((each) => (each.namespace === 'us-west-2' ? { ...each, dying: true } : each)) },
    kind: 'short',
    reason: /1 pods in a region are to be hit, 0 can be/,
  },
  {
    name: 'a disruption budget that is used up',
    change: {
      budgets: [
        {
          namespace: 'us-west-2',
          name: 'playback',
          matchLabels: { 'app.kubernetes.io/name': 'playback' },
          disruptionsAllowed: 0,
        },
      ],
    },
    kind: 'budget',
    reason: /us-west-2\/playback allows 0 disruptions, 1 would be made/,
  },
];

for (const { name, change, kind, reason } of refusals) {
  test(`refused, and nobody is hit: ${name}`, () => {
    const { victims, refusal } = choose(change);
    assert.deepEqual(victims, []);
    assert.equal(refusal?.kind, kind);
    assert.match(refusal?.reason ?? '', reason);
  });
}

test('a disruption budget does not matter to a fault that ends no pod', () => {
  const budgets = [{ namespace: 'us-west-2', name: 'p', matchLabels: {}, disruptionsAllowed: 0 }];
  assert.equal(names({ budgets, endsPods: false }).length, 2);
});

test('whatever is asked, the blast radius holds and nobody is hit who is not opted in', () => {
  const any = fc.record({
    count: fc.integer({ min: 1, max: 9 }),
    maxPods: fc.integer({ min: 1, max: 9 }),
    ratio: fc.double({ min: 0, max: 1, noNaN: true }),
    seed: fc.nat(),
    opted: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  });
  fc.assert(
    fc.property(any, ({ count, maxPods, ratio, seed, opted }) => {
      const candidates = fleet.map((each, i) => (opted[i] ? each : { ...each, labels: {} }));
      const options = {
        candidates,
        selector: { service: 'playback', count },
        radius: { maxRatioOfService: ratio, maxPods },
      };
      const { victims, refusal } = choose(options, seed);
      assert.ok(victims.length <= maxPods);
      for (const region of ['us-east-1', 'us-west-2']) {
        assert.ok(victims.filter(({ namespace }) => namespace === region).length / 4 <= ratio);
      }
      assert.ok(victims.every(({ labels }) => labels['faultflix.dev/chaos'] === 'enabled'));
      assert.equal(victims.length, refusal ? 0 : count);
    }),
    { numRuns: 1_000 },
  );
});

test('a pod that is not to be ended is a target of faults that end nobody', () => {
  const kept = fleet.map((candidate) => ({ ...candidate, annotations: { 'faultflix.dev/halt': 'ending' } }));
  const ending = choose({ candidates: kept });
  assert.deepEqual([ending.victims.length, ending.refusal?.kind], [0, 'short']);
  assert.match(ending.spared[0]!.reason, /not to be ended/);
  assert.equal(choose({ candidates: kept, endsPods: false }).victims.length, 2);
});
