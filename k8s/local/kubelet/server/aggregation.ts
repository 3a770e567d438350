import type { KubeHttp } from '#base/kube/http.ts';

/**
 * Tells the API server where metrics.k8s.io is served: here. There is no proxy for cluster addresses, so the Service is
 * an external name, which may be an address; the certificate is checked for the Service's own name.
 */
export async function offerMetrics(
  http: KubeHttp,
  { address, port, ca }: { readonly address: string; readonly port: number; readonly ca: Buffer },
): Promise<void> {
  const metadata = {
    name: 'metrics-server',
    namespace: 'kube-system',
    labels: { 'app.kubernetes.io/part-of': 'faultflix' },
  };
  await apply(http, '/api/v1/namespaces/kube-system/services/metrics-server', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { type: 'ExternalName', externalName: address, ports: [{ name: 'https', port }] },
  });
  await apply(http, '/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io', {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io', labels: metadata.labels },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      service: { name: 'metrics-server', namespace: 'kube-system', port },
      caBundle: ca.toString('base64'),
    },
  });
}

function apply(http: KubeHttp, path: string, body: object): Promise<unknown> {
  return http.json({
    method: 'PATCH',
    path,
    query: { fieldManager: 'faultflix-kubelet', force: true },
    contentType: 'application/apply-patch+yaml',
    body,
  });
}
