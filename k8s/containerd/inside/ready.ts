import { type Clock, systemClock } from '#base/clock.ts';
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';

interface NodeObject {
  readonly metadata: { readonly name: string };
  readonly status?: { readonly conditions?: readonly { type: string; status: string; message?: string }[] };
}

export interface NodesReadyOptions {
  readonly api: KubeHttp;
  readonly names: readonly string[];
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

const POLL_MS = 100;

/** Waits until all these nodes are Ready; names those that are not when it is told to stop. */
export async function untilNodesReady({ api, names, signal, clock = systemClock }: NodesReadyOptions): Promise<void> {
  let seen = new Map<string, string>();
  for (;;) {
    const { items } = await api.json<{ items: NodeObject[] }>({ path: '/api/v1/nodes', signal });
    seen = new Map(items.map((node) => [node.metadata.name, stateOf(node)]));
    const missing = names.filter((name) => seen.get(name) !== 'True');
    if (missing.length === 0) return;
    try {
      await clock.sleep(POLL_MS, signal);
    } catch (cause) {
      throw new FaultflixError('could-not-run', 'nodes do not become ready', {
        expected: `${names.join(', ')} Ready`,
        received: missing.map((name) => `${name}: ${seen.get(name) ?? 'not registered'}`).join('; '),
        cause,
      });
    }
  }
}

function stateOf({ status }: NodeObject): string {
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready');
  return ready?.status === 'True' ? 'True' : (ready?.message ?? 'no condition yet');
}
