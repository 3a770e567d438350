import CircuitBreaker from 'opossum';
import { pino } from 'pino';
import { systemClock } from '#base/clock.ts';
import { seededRng } from '#base/rng.ts';
import { createMetrics } from '#kit/metrics.ts';
import { Callee } from '#kit/pipeline/callee.ts';
import { calleeReporter } from '#kit/pipeline/reporter.ts';
import { breakerDefaults } from '#kit/resilience/breaker.ts';
import { SwitchableGuards } from '#kit/resilience/guards.ts';
import { StaticEndpoints } from '#kit/testing/static-endpoints.ts';

/** Ways to await an async function that does nothing. */
export function guardContenders() {
  const nothing = async () => 1;
  const plain = new CircuitBreaker(nothing);
  const leanOptions = {
    ...breakerDefaults,
    timeout: false,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
  } as const;
  const lean = new CircuitBreaker(nothing, leanOptions);
  const reporter = calleeReporter({ callee: 'catalog', metrics: createMetrics(), log: pino({ enabled: false }) });
  const endpoints = [1, 2, 3, 4].map((port) => ({ id: `pod-${port}`, port }));
  const callee = new Callee({
    name: 'catalog',
    place: 'us-east-1',
    endpoints: new StaticEndpoints('catalog', endpoints),
    connect: () => ({ ready: true, probe: async () => undefined, retire: () => undefined }),
    guards: new SwitchableGuards(),
    clock: systemClock,
    rng: seededRng(1),
    reporter,
  });
  const call = { reporter: reporter.method('nothing'), repeatable: true };
  return {
    contenders: [
      { what: 'bare', call: nothing },
      { what: 'opossum', call: () => plain.fire() },
      { what: 'lean', call: () => lean.fire() },
      { what: 'pipeline', call: () => callee.call(call, nothing) },
    ],
    close: () => {
      plain.shutdown();
      lean.shutdown();
      callee.close();
    },
  };
}
