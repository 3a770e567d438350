import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { mounted } from '#base/mounts.ts';
import { peerName, peerUri } from './mtls/peer.ts';
import { type Leaf, signLeaf } from './sign-leaf.ts';

export type { Leaf } from './sign-leaf.ts';

/** Where the Secret `viewer-ca` is mounted. */
export const TLS_FOLDER = '/var/run/faultflix/tls';

/** A third of a leaf's life: two renewals may fail before it matters. */
export const LEAF_RENEWAL_MS = 8 * 3_600_000;

export interface PodLeafOptions {
  readonly service: string;
  readonly region: string;
  /** Addresses at which the pod is reached. */
  readonly addresses: readonly string[];
  readonly nowMs: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The leaf of a pod, for its servers and for calling others, signed by the issuer of the mounted Secret `viewer-ca`. */
export async function podLeaf({ service, region, addresses, nowMs, env = process.env }: PodLeafOptions): Promise<Leaf> {
  const folder = mounted(TLS_FOLDER, env);
  const [issuerCert, issuerKey] = await Promise.all([read(folder, 'issuer.crt'), read(folder, 'issuer.key')]);
  const name = peerName({ service, region });
  const names = [...new Set(addresses), name, peerUri({ service, region })];
  return signLeaf({ issuerCert, issuerKey, commonName: name, names, nowMs });
}

/** The root that viewers and callers trust. */
export const readRoot = (env: Readonly<Record<string, string | undefined>> = process.env): Promise<string> =>
  read(mounted(TLS_FOLDER, env), 'ca.crt');

async function read(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch((cause) => {
    throw new FaultflixError('could-not-run', 'a file of Secret viewer-ca cannot be read', {
      where: join(folder, name),
      todo: `mount the Secret at ${TLS_FOLDER}`,
      cause,
    });
  });
}
