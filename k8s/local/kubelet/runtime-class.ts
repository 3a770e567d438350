import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import type { Pod } from './types.ts';

/** The pod gets no sandbox: shown by an event, while its containers are still to be created. */
export class NoSandbox extends Error {
  readonly reason = 'FailedCreatePodSandBox';

  constructor(cause: string) {
    super(`Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: ${cause}`);
  }
}

/** Here containers are processes, which is what `runc` makes too; a pod that asks for another handler is not run. */
export async function requireRuntime(http: KubeHttp, { spec: { runtimeClassName } }: Pod): Promise<void> {
  if (!runtimeClassName) return;
  const path = `/apis/node.k8s.io/v1/runtimeclasses/${runtimeClassName}`;
  const { handler } = await http.json<{ handler: string }>({ path }).catch((cause) => {
    if (cause instanceof KubeStatusError && cause.status === 404)
      throw new NoSandbox(`RuntimeClass "${runtimeClassName}" not found`);
    throw cause;
  });
  if (handler !== 'runc') throw new NoSandbox(`no runtime for "${handler}" is configured`);
}
