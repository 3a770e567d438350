import { webcrypto } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';
import { mounted } from '#base/mounts.ts';

/** Where the Secret `viewer-ca` is mounted. */
export const TLS_FOLDER = '/var/run/faultflix/tls';

/** A server's certificate, PEM: `cert` is the leaf followed by the intermediate that signed it. */
export interface Leaf {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  readonly issuerCert: string;
  readonly issuerKey: string;
  readonly commonName: string;
  /** IP addresses and DNS names. */
  readonly names: readonly string[];
  readonly nowMs: number;
}

export const LEAF_LIFE_MS = 24 * 3_600_000;
/** How far a client's clock may be behind ours. */
const SKEW_MS = 300_000;
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Signs a leaf for 24 hours with the intermediate CA. The key never leaves the process. */
export async function signLeaf(options: LeafOptions): Promise<Leaf> {
  // The library takes 70 ms and 20 MB to load: only for who serves HTTPS.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto as never);
  const issuer = new x509.X509Certificate(options.issuerCert);
  const signingKey = await importKey(options.issuerKey);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    subject: `CN=${options.commonName}`,
    issuer: issuer.subject,
    notBefore: new Date(options.nowMs - SKEW_MS),
    notAfter: new Date(options.nowMs + LEAF_LIFE_MS),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        options.names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: `${certificate.toString('pem').trim()}\n${options.issuerCert.trim()}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

export interface PodLeafOptions {
  readonly service: string;
  readonly region: string;
  /** Addresses at which the pod is reached. */
  readonly addresses: readonly string[];
  readonly nowMs: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The leaf of a pod, signed by the issuer of the mounted Secret `viewer-ca`. */
export async function podLeaf({ service, region, addresses, nowMs, env = process.env }: PodLeafOptions): Promise<Leaf> {
  const folder = mounted(TLS_FOLDER, env);
  const [issuerCert, issuerKey] = await Promise.all([read(folder, 'issuer.crt'), read(folder, 'issuer.key')]);
  const name = `${service}.${region}.faultflix.test`;
  return signLeaf({ issuerCert, issuerKey, commonName: name, names: [...new Set(addresses), name], nowMs });
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

/** PKCS#8 or SEC 1 (what OpenSSL's `ecparam` writes): Node reads both, and WebCrypto wants the first. */
async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const { createPrivateKey } = await import('node:crypto');
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}
