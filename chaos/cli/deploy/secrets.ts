/** The Secrets that the platform needs, made once for a cluster: what exists is kept, so that nothing running loses trust. */
import { randomBytes, X509Certificate } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import { type KubeHttp, KubeStatusError } from '#base/kube/http.ts';
import { CHAOS_NAMESPACE, regions } from '#base/names.ts';
import type { Manifest } from './manifest.ts';
import { makeViewerCa, type ViewerCa } from './viewer-ca.ts';

type Data = Readonly<Record<string, string>>;

export const servingNamespaces: readonly string[] = [...regions, 'global'];
const RENEW_BEFORE_MS = 7 * 24 * 3_600_000;

interface SecretPlan {
  readonly name: string;
  /** What each namespace gets of the whole. The namespaces that get all come first: a deployment cut short can go on. */
  readonly parts: ReadonlyArray<{ readonly namespaces: readonly string[]; readonly keys: readonly string[] }>;
  readonly make: () => Promise<Data>;
  readonly usable: (data: Data) => boolean;
}

/** Secrets to apply, those that exist with the values they have. */
export async function secretManifests(http: KubeHttp, clock: Clock): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [];
  for (const plan of plans(clock)) {
    const whole = (await existing(http, plan)) ?? (await plan.make());
    for (const { namespaces, keys } of plan.parts) {
      for (const namespace of namespaces) manifests.push(secret(plan.name, namespace, pick(whole, keys)));
    }
  }
  return manifests;
}

function plans(clock: Clock): readonly SecretPlan[] {
  const key = () => randomBytes(32).toString('base64url');
  return [
    {
      name: 'viewer-ca',
      parts: [
        { namespaces: servingNamespaces, keys: ['ca.crt', 'issuer.crt', 'issuer.key'] },
        { namespaces: [CHAOS_NAMESPACE], keys: ['ca.crt'] },
      ],
      make: async () => ({ ...(await makeViewerCa(clock)) }),
      usable: (data) => stillValid(data as Partial<ViewerCa>, clock),
    },
    {
      name: 'play-keys',
      parts: [{ namespaces: servingNamespaces, keys: ['hmac.key'] }],
      make: async () => ({ 'hmac.key': key() }),
      usable: (data) => Boolean(data['hmac.key']),
    },
    {
      name: 'store-keys',
      parts: [{ namespaces: servingNamespaces, keys: ['keys.json'] }],
      make: async () => ({
        'keys.json': JSON.stringify({ current: 'k1', keys: { k1: randomBytes(32).toString('base64') } }),
      }),
      usable: (data) => Boolean(data['keys.json']),
    },
    {
      name: 'warden-token',
      parts: [{ namespaces: [CHAOS_NAMESPACE], keys: ['token'] }],
      make: async () => ({ token: key() }),
      usable: (data) => Boolean(data.token),
    },
  ];
}

function stillValid(data: Partial<ViewerCa>, clock: Clock): boolean {
  if (!data['ca.crt'] || !data['issuer.crt'] || !data['issuer.key']) return false;
  const until = Date.parse(new X509Certificate(data['issuer.crt']).validTo);
  return until - clock.now() > RENEW_BEFORE_MS;
}

/** The first usable whole among the namespaces that keep it. */
async function existing(http: KubeHttp, { name, parts, usable }: SecretPlan): Promise<Data | undefined> {
  for (const namespace of parts[0]!.namespaces) {
    const data = await readSecret(http, namespace, name);
    if (data && usable(data)) return data;
  }
  return undefined;
}

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

const pick = (data: Data, keys: readonly string[]): Data => Object.fromEntries(keys.map((key) => [key, data[key]!]));

function secret(name: string, namespace: string, data: Data): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/part-of': 'faultflix' } },
    type: 'Opaque',
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  };
}
