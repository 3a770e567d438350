import type { V1Container, V1Pod } from '@kubernetes/client-node';

export interface ProbePod {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly container?: Partial<V1Container>;
}

const IMAGE = 'faultflix.local/platform:dev';
const LISTEN = "require('node:http').createServer((_, r) => r.end()).listen(8080, '0.0.0.0')";

/** A pod that Pod Security `restricted` lets in, which answers at port 8080. */
export const probePod = ({ namespace, name, labels = {}, container = {} }: ProbePod): V1Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: `${name}-`, namespace, labels: { 'faultflix.dev/test': 'walls', ...labels } },
  spec: {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 0,
    securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'probe',
        image: IMAGE,
        imagePullPolicy: 'IfNotPresent',
        args: ['-e', LISTEN],
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        resources: { requests: { cpu: '5m', memory: '32Mi' }, limits: { memory: '128Mi' } },
        readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
        ...container,
      },
    ],
  },
});
