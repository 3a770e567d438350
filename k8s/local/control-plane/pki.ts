import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Credential, createAuthority, createSigningPair } from './authority.ts';
import { API_SERVICE_ADDRESS, KUBELET_HOSTS, KUBELET_USER } from './flags.ts';

/**
 * The certificates of one cluster, written to `<folder>/<name>.crt` and `.key` (0600). Three roots, as a production
 * cluster has: the cluster's, etcd's (whoever holds a certificate of the cluster is still no client of its store), and
 * the front proxy's (whose client may speak for any user, so no other certificate may pass for it).
 */
export interface Pki {
  readonly folder: string;
  readonly ca: string;
  /** Client credentials that go into kubeconfigs. */
  readonly users: Readonly<Record<'admin' | 'kubelet' | 'kube-controller-manager' | 'kube-scheduler', Credential>>;
  /** Client credentials of `PkiOptions.clients`, by name. */
  readonly clients: ReadonlyMap<string, Credential>;
  /** Of nodes that are kubelets of their own: the Node authorizer knows them by these names. */
  readonly nodes: ReadonlyMap<string, NodeCredentials>;
}

export interface NodeCredentials {
  readonly client: Credential;
  readonly server: Credential;
}

export interface PkiOptions {
  readonly folder: string;
  readonly clusterName: string;
  readonly nowMs: number;
  /** Addresses of the API server beside 127.0.0.1 and its service's. */
  readonly apiAddresses?: readonly string[];
  /** More users of the API. */
  readonly clients?: readonly string[];
  readonly nodes?: readonly { readonly name: string; readonly address: string }[];
}

const LOCAL = ['127.0.0.1', 'localhost'];

export async function createPki(options: PkiOptions): Promise<Pki> {
  const { folder, clusterName, nowMs, apiAddresses = [], clients = [], nodes = [] } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [ca, etcdCa, frontProxyCa] = await Promise.all([
    createAuthority(`faultflix-${clusterName}`, nowMs),
    createAuthority(`faultflix-${clusterName}-etcd`, nowMs),
    createAuthority(`faultflix-${clusterName}-front-proxy`, nowMs),
  ]);
  const client = (commonName: string, ...organizations: string[]) =>
    ca.issue({ commonName, organizations, usages: ['client'] });
  const server = (commonName: string, hosts: readonly string[]) => ca.issue({ commonName, hosts, usages: ['server'] });
  const made = {
    ca,
    'etcd-ca': etcdCa,
    'front-proxy-ca': frontProxyCa,
    // A member of etcd is a client of its peers too.
    etcd: await etcdCa.issue({ commonName: 'etcd', hosts: LOCAL, usages: ['server', 'client'] }),
    'etcd-client': await etcdCa.issue({ commonName: 'kube-apiserver', usages: ['client'] }),
    'front-proxy-client': await frontProxyCa.issue({ commonName: 'front-proxy-client', usages: ['client'] }),
    apiserver: await server('kube-apiserver', [
      ...LOCAL,
      API_SERVICE_ADDRESS,
      ...apiAddresses,
      ...['', '.default', '.default.svc', '.default.svc.cluster.local'].map((end) => `kubernetes${end}`),
    ]),
    'apiserver-kubelet-client': await client('kube-apiserver-kubelet-client', 'faultflix:apiserver'),
    'kubelet-server': await server('faultflix-kubelet', KUBELET_HOSTS),
    'kube-controller-manager-server': await server('kube-controller-manager', LOCAL),
    'kube-scheduler-server': await server('kube-scheduler', LOCAL),
  };
  const users = {
    admin: await client('kubernetes-admin', 'system:masters'),
    kubelet: await client(KUBELET_USER),
    'kube-controller-manager': await client('system:kube-controller-manager'),
    'kube-scheduler': await client('system:kube-scheduler'),
  };
  const ofNode = async ({ name, address }: { readonly name: string; readonly address: string }) => {
    const [asClient, asServer] = await Promise.all([
      client(`system:node:${name}`, 'system:nodes'),
      server(`system:node:${name}`, [name, address, '127.0.0.1']),
    ]);
    return [name, { client: asClient, server: asServer }] as const;
  };
  const accounts = createSigningPair();
  const put = (name: string, text: string) => writeFile(join(folder, name), text, { mode: 0o600 });
  await Promise.all([
    ...Object.entries(made).flatMap(([name, { cert, key }]) => [put(`${name}.crt`, cert), put(`${name}.key`, key)]),
    put('service-accounts.pub', accounts.publicKey),
    put('service-accounts.key', accounts.privateKey),
  ]);
  return {
    folder,
    ca: ca.cert,
    users,
    clients: new Map(await Promise.all(clients.map(async (name) => [name, await client(name)] as const))),
    nodes: new Map(await Promise.all(nodes.map(ofNode))),
  };
}
