import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

export interface Authority {
  readonly cert: string;
  readonly key: string;
}

interface Maker {
  readonly subject: string;
  readonly extensions?: x509.Extension[];
  readonly by?: {
    readonly subject: string;
    readonly key: webcrypto.CryptoKey;
    readonly publicKey: webcrypto.CryptoKey;
  };
}

async function make({ subject, extensions = [], by }: Maker) {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(8))).toString('hex'),
    subject,
    issuer: by?.subject ?? subject,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: by?.key ?? keys.privateKey,
    extensions: [
      ...extensions,
      // By which an authority is told from its successor of the same name.
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(by ? [await x509.AuthorityKeyIdentifierExtension.create(by.publicKey)] : []),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const key = `-----BEGIN PRIVATE KEY-----\n${pkcs8.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
  return { cert: certificate.toString('pem'), key, privateKey: keys.privateKey, publicKey: keys.publicKey, subject };
}

/** A root and an intermediate below it, as the deploy step makes them. */
export async function testAuthorities(): Promise<{ readonly root: Authority; readonly issuer: Authority }> {
  const ca = (pathLength: number) => [
    new x509.BasicConstraintsExtension(true, pathLength, true),
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
  ];
  const root = await make({ subject: 'CN=test root', extensions: ca(1) });
  const by = { subject: root.subject, key: root.privateKey, publicKey: root.publicKey };
  const issuer = await make({ subject: 'CN=test issuer', extensions: ca(0), by });
  return { root, issuer };
}
