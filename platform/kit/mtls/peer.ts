/**
 * Who a certificate says that somebody is: one URI among its names, `spiffe://<place>.faultflix.test/<service>`
 * (https://spiffe.io/docs/latest/spiffe-about/spiffe-concepts/). The place is the host, since the name constraints of an
 * intermediate bound the host of a URI and nothing behind it (RFC 5280, 4.2.1.10): who signs in one place cannot speak for another.
 */
export interface Peer {
  readonly service: string;
  readonly region: string;
}

const DOMAIN = 'faultflix.test';

export const peerUri = ({ service, region }: Peer): string => `spiffe://${region}.${DOMAIN}/${service}`;
export const peerName = ({ service, region }: Peer): string => `${service}.${region}.${DOMAIN}`;

/**
 * Of Node's `subjectaltname`, which quotes what could be taken for more than one name. Undefined when there is not exactly one
 * identity: SPIFFE's X.509-SVID, section 2.
 */
export function peerOf(subjectAltName: string | undefined): Peer | undefined {
  const uris = (subjectAltName ?? '').split(', ').filter((name) => name.startsWith('URI:'));
  const [, region, service] = /^URI:spiffe:\/\/([a-z0-9-]+)\.faultflix\.test\/([a-z0-9-]+)$/.exec(uris[0] ?? '') ?? [];
  return uris.length === 1 && region && service ? { region, service } : undefined;
}
