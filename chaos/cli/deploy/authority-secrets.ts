import { X509Certificate } from 'node:crypto';
import type { Clock } from '#base/clock.ts';
import type { KubeHttp } from '#base/kube/http.ts';
import { CHAOS_NAMESPACE } from '#base/names.ts';
import type { Manifest } from './manifest.ts';
import { type Data, readSecret, secret } from './secret.ts';
import { makeAuthority } from './viewer-ca.ts';

const NAME = 'viewer-ca';
const RENEW_BEFORE_MS = 7 * 24 * 3_600_000;
const FIRST = /^-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n/;

interface Deployed {
  readonly clock: Clock;
  /** Namespaces that sign for their own services. */
  readonly places: readonly string[];
}

/**
 * Secret `viewer-ca` of each place and of the controller. The root's key is kept nowhere, so they are made together or kept
 * together: where one lacks or ends soon, all are made anew, and the root of before stays trusted beside the new one, so that
 * what runs goes on until it has the new leaf.
 */
export async function authoritySecrets(http: KubeHttp, { clock, places }: Deployed): Promise<readonly Manifest[]> {
  const namespaces = [...places, CHAOS_NAMESPACE];
  const found = await Promise.all(namespaces.map((namespace) => readSecret(http, namespace, NAME)));
  const root = found.find((data) => data?.['ca.crt'])?.['ca.crt']?.match(FIRST)?.[0];
  const whole = found.every((data, i) => {
    const [cert, key] = i < places.length ? ['issuer.crt', 'issuer.key'] : ['prober.crt', 'prober.key'];
    return data?.[key!] && data['ca.crt']?.match(FIRST)?.[0] === root && lasts(data[cert!], clock);
  });
  const of = (data: readonly (Data | undefined)[]) =>
    namespaces.map((namespace, i) => secret(NAME, namespace, data[i]!));
  if (whole) return of(found);
  const { places: made, prober } = await makeAuthority({ clock, places, before: root });
  const data = places.map((place) => ({ ...made[place]! }));
  return of([...data, { 'ca.crt': data[0]!['ca.crt'], ...prober }]);
}

function lasts(cert: string | undefined, clock: Clock): boolean {
  return cert !== undefined && new X509Certificate(cert).validToDate.getTime() - clock.now() > RENEW_BEFORE_MS;
}
