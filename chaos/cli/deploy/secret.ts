import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import type { Manifest } from './manifest.ts';

export type Data = Readonly<Record<string, string>>;

/** A Secret's values, decoded; undefined when there is none. */
export async function readSecret(http: KubeHttp, namespace: string, name: string): Promise<Data | undefined> {
  try {
    const path = `/api/v1/namespaces/${namespace}/secrets/${name}`;
    const { data = {} } = await http.json<{ data?: Data }>({ path });
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
    );
  } catch (thrown) {
    if (thrown instanceof KubeStatusError && thrown.status === 404) return undefined;
    throw thrown;
  }
}

export function secret(name: string, namespace: string, data: Data): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'faultflix' } },
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  };
}
