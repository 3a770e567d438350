/** Waits until the API serves the kinds that were just defined. */
import { FaultflixError } from '#base/errors.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { type KubeObject, listWatch } from '#base/kube/list-watch.ts';
import type { Manifest } from './manifest.ts';

interface Definition extends KubeObject {
  readonly status?: {
    readonly conditions?: ReadonlyArray<{ readonly type: string; readonly status: string; readonly message?: string }>;
  };
}

const TIMEOUT_MS = 30_000;

export async function awaitEstablished(
  http: KubeHttp,
  definitions: readonly Manifest[],
  signal: AbortSignal,
): Promise<void> {
  const waiting = new Set(definitions.map(({ metadata }) => metadata.name));
  if (waiting.size === 0) return;
  const done = new AbortController();
  const look = (definition: Definition) => {
    if (definition.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True')) {
      waiting.delete(definition.metadata.name);
    }
    if (waiting.size === 0) done.abort();
  };
  await listWatch<Definition>({
    http,
    path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
    signal: AbortSignal.any([signal, done.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    onList: (items) => items.forEach(look),
    onEvent: (_type, definition) => look(definition),
  });
  if (waiting.size === 0 || signal.aborted) return;
  throw new FaultflixError('could-not-run', 'the cluster does not serve our kinds', {
    where: [...waiting].join(', '),
    expected: `condition Established within ${TIMEOUT_MS / 1_000} s`,
    todo: '`faultflix kubectl describe crd` says why',
  });
}
