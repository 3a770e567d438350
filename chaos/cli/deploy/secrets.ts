/** The Secrets that the platform needs, made once for a cluster: what exists is kept, so that nothing running loses trust. */
import { randomBytes } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { CHAOS_NAMESPACE, regions } from '#base/names.ts';
import { authoritySecrets } from './authority-secrets.ts';
import type { Manifest } from './manifest.ts';
import { type Data, readSecret, secret } from './secret.ts';

export { readSecret } from './secret.ts';

export const servingNamespaces: readonly string[] = [...regions, 'global'];

interface SecretPlan {
  readonly name: string;
  /** What each namespace gets of the whole. The namespaces that get all come first: a deployment cut short can go on. */
  readonly parts: ReadonlyArray<{ readonly namespaces: readonly string[]; readonly keys: readonly string[] }>;
  readonly make: () => Promise<Data>;
  readonly usable: (data: Data) => boolean;
}

/** Secrets to apply, those that exist with the values they have. */
export async function secretManifests(http: KubeHttp, clock: Clock): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = [...(await authoritySecrets(http, { clock, places: servingNamespaces }))];
  for (const plan of plans()) {
    const whole = (await existing(http, plan)) ?? (await plan.make());
    for (const { namespaces, keys } of plan.parts) {
      for (const namespace of namespaces) manifests.push(secret(plan.name, namespace, pick(whole, keys)));
    }
  }
  return manifests;
}

function plans(): readonly SecretPlan[] {
  const key = () => randomBytes(32).toString('base64url');
  return [
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

/** The first usable whole among the namespaces that keep it. */
async function existing(http: KubeHttp, { name, parts, usable }: SecretPlan): Promise<Data | undefined> {
  for (const namespace of parts[0]!.namespaces) {
    const data = await readSecret(http, namespace, name);
    if (data && usable(data)) return data;
  }
  return undefined;
}

const pick = (data: Data, keys: readonly string[]): Data => Object.fromEntries(keys.map((key) => [key, data[key]!]));
