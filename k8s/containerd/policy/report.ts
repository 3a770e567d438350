import { type Clock, systemClock } from '#base/clock.ts';
import type { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';

const BOUND_MS = 5_000;

/** A warning event on the node, as `kubectl describe node` and `kubectl get events` show it. */
export async function reportNode(
  http: KubeHttp,
  node: string,
  error: FaultflixError,
  clock: Clock = systemClock,
): Promise<void> {
  const time = new Date(clock.now()).toISOString();
  await http.json({
    method: 'POST',
    path: '/api/v1/namespaces/default/events',
    signal: AbortSignal.timeout(BOUND_MS),
    body: {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { generateName: `${node}.policy-`, namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Node', name: node, uid: node },
      type: 'Warning',
      reason: 'NetworkPolicyNotEnforced',
      message: [error.message, error.where, error.received, error.todo].filter(Boolean).join('; ').slice(0, 1_000),
      source: { component: 'faultflix-network-policy', host: node },
      firstTimestamp: time,
      lastTimestamp: time,
      count: 1,
    },
  });
}
