import type { KubeHttp } from '#base/kube/http.ts';
import type { Pod } from './types.ts';
import type { TokenRequest } from './volumes/content.ts';

interface Token {
  readonly token: string;
  readonly expiresAtMs: number;
  readonly renewAtMs: number;
}

const keyOf = ({ audience, expirationSeconds }: TokenRequest) => `${audience ?? ''}/${expirationSeconds}`;

/** The real kubelet renews at 80 % of a token's life, or after 24 hours (pkg/kubelet/token). */
const RENEW_RATIO = 0.8;
const RENEW_AFTER_MS = 24 * 3_600_000;

/** Service account tokens of one pod, bound to it: they die with it. */
export class PodTokens {
  readonly #http: KubeHttp;
  readonly #tokens = new Map<string, Token>();

  constructor(http: KubeHttp) {
    this.#http = http;
  }

  /** Gets what is missing or due. Throws when a token that never was there cannot be had. */
  async ensure(pod: Pod, requests: readonly TokenRequest[], nowMs: number): Promise<void> {
    await Promise.all(requests.map((request) => this.#ensure(pod, request, nowMs)));
  }

  /** The token that `ensure` got. */
  get(request: TokenRequest): string {
    return this.#tokens.get(keyOf(request))?.token ?? '';
  }

  /** When the first of them is to be renewed; infinity without any. */
  renewAtMs(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#tokens.values()].map((token) => token.renewAtMs));
  }

  async #ensure(pod: Pod, request: TokenRequest, nowMs: number): Promise<void> {
    const known = this.#tokens.get(keyOf(request));
    if (known && nowMs < known.renewAtMs) return;
    const { namespace, name, uid } = pod.metadata;
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        ...(request.audience ? { audiences: [request.audience] } : {}),
        expirationSeconds: request.expirationSeconds,
        boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
      },
    };
    const account = pod.spec.serviceAccountName ?? 'default';
    try {
      const { status } = await this.#http.json<{ status: { token: string; expirationTimestamp: string } }>({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
        body,
      });
      const expiresAtMs = Date.parse(status.expirationTimestamp);
      const renewAtMs = nowMs + Math.min(RENEW_AFTER_MS, (expiresAtMs - nowMs) * RENEW_RATIO);
      this.#tokens.set(keyOf(request), { token: status.token, expiresAtMs, renewAtMs });
    } catch (thrown) {
      // An old token that still holds is better than none: tried again with the next look.
      if (!known || known.expiresAtMs <= nowMs) throw thrown;
      this.#tokens.set(keyOf(request), { ...known, renewAtMs: Math.min(known.expiresAtMs, nowMs + 10_000) });
    }
  }
}
