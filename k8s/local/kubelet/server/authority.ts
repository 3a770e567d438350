import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { KubeHttp } from '#base/kube/http.ts';

/** Who calls, as its certificate says. `proxied`: the API server, on behalf of somebody whom it has already checked. */
export type Caller =
  | { readonly kind: 'user'; readonly name: string; readonly groups: readonly string[] }
  | { readonly kind: 'proxied' };

interface Options {
  /** Signs the certificates of users, among them the API server's for kubelets. */
  readonly clientCa: Buffer;
  /** Signs the certificate with which the API server comes to an aggregated API. */
  readonly frontProxyCa: Buffer | undefined;
  readonly http: KubeHttp;
  readonly now: () => number;
}

/** The kubelet keeps what the API server allowed for five minutes and what it refused for thirty seconds. */
const ALLOWED_MS = 300_000;
const REFUSED_MS = 30_000;
const FRONT_PROXY_NAME = 'front-proxy-client';

/** Authentication by client certificate, authorization by asking the API server, as the real kubelet's webhook mode. */
export class Authority {
  readonly #clientCa: X509Certificate;
  readonly #frontProxyCa: X509Certificate | undefined;
  readonly #http: KubeHttp;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly allowed: boolean; readonly untilMs: number }>();

  constructor({ clientCa, frontProxyCa, http, now }: Options) {
    this.#clientCa = new X509Certificate(clientCa);
    this.#frontProxyCa = frontProxyCa && new X509Certificate(frontProxyCa);
    this.#http = http;
    this.#now = now;
  }

  /** Undefined for a caller without a certificate that one of the two authorities signed and that is valid now. */
  caller(socket: TLSSocket): Caller | undefined {
    const peer = socket.getPeerX509Certificate();
    if (!peer || !socket.authorized) return undefined;
    const subject = new Map<string, string[]>();
    for (const line of peer.subject.split('\n')) {
      const [key = '', value = ''] = line.split(/=(.*)/s);
      subject.set(key, [...(subject.get(key) ?? []), value]);
    }
    const name = subject.get('CN')?.[0] ?? '';
    if (this.#frontProxyCa && signedBy(peer, this.#frontProxyCa) && name === FRONT_PROXY_NAME)
      return { kind: 'proxied' };
    if (!signedBy(peer, this.#clientCa)) return undefined;
    return { kind: 'user', name, groups: [...(subject.get('O') ?? []), 'system:authenticated'] };
  }

  /** Whether the user may do this to the kubelet of a node: `verb` get or create, `subresource` of nodes. */
  async allows(
    user: { readonly name: string; readonly groups: readonly string[] },
    what: { readonly verb: string; readonly node: string; readonly subresource: string },
  ): Promise<boolean> {
    const key = JSON.stringify([user, what]);
    const known = this.#known.get(key);
    if (known && this.#now() < known.untilMs) return known.allowed;
    const { verb, node, subresource } = what;
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: user.name,
        groups: user.groups,
        resourceAttributes: { verb, version: 'v1', resource: 'nodes', subresource, name: node },
      },
    };
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews';
    const { status } = await this.#http.json<{ status: { allowed: boolean } }>({ method: 'POST', path, body });
    if (this.#known.size > 500) this.#known.clear();
    this.#known.set(key, {
      allowed: status.allowed,
      untilMs: this.#now() + (status.allowed ? ALLOWED_MS : REFUSED_MS),
    });
    return status.allowed;
  }
}

const signedBy = (certificate: X509Certificate, authority: X509Certificate) =>
  certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
