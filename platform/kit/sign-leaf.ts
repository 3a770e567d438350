import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

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

/** For how long a leaf is good. */
export const LEAF_LIFE_MS = 24 * 3_600_000;
/** How far a client's clock may be behind ours. */
const SKEW_MS = 300_000;
x509.cryptoProvider.set(webcrypto as never);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Signs a leaf for 24 hours with the intermediate CA. The key never leaves the process. */
export async function signLeaf(options: LeafOptions): Promise<Leaf> {
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

/** PKCS#8 or SEC 1 (what OpenSSL's `ecparam` writes): Node reads both, and WebCrypto wants the first. */
async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
}
