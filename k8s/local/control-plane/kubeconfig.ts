import type { Credential } from './authority.ts';

export interface KubeconfigOptions {
  /** Name of the cluster and of the context. */
  readonly context: string;
  readonly user: string;
  readonly server: string;
  readonly ca: string;
  readonly credential: Credential;
}

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A kubeconfig with everything inside. JSON, which is YAML too. */
export function kubeconfig({ context, user, server, ca, credential }: KubeconfigOptions): string {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: context, cluster: { server, 'certificate-authority-data': base64(ca) } }],
    users: [
      {
        name: user,
        user: { 'client-certificate-data': base64(credential.cert), 'client-key-data': base64(credential.key) },
      },
    ],
    contexts: [{ name: context, context: { cluster: context, user } }],
    'current-context': context,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
