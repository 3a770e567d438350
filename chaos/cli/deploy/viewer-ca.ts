/**
 * The certificate authority that viewers trust: a root whose key is thrown away, and an intermediate with which the
 * services sign their own leaves. The intermediate may only speak for addresses and for `faultflix.test`.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Clock } from '#base/clock.ts';

export interface ViewerCa {
  readonly 'ca.crt': string;
  readonly 'issuer.crt': string;
  readonly 'issuer.key': string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3_600_000;
const VALID_MS = 365 * DAY_MS;
/** A clock that is a little behind must still find the certificate valid. */
const BACKDATED_MS = 3_600_000;
const NAME_CONSTRAINTS = '2.5.29.30';

/** Makes a new authority, valid for a year. PEM, the key as PKCS#8. */
export async function makeViewerCa(clock: Clock): Promise<ViewerCa> {
  const rootKeys = await keyPair();
  const issuerKeys = await keyPair();
  const notBefore = new Date(clock.now() - BACKDATED_MS);
  const notAfter = new Date(clock.now() + VALID_MS);
  const usage = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);
  const root = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Faultflix viewers root',
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    keys: rootKeys,
    extensions: [
      new BasicConstraintsExtension(true, 1, true),
      usage,
      await SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const issuer = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=Faultflix services',
    issuer: root.subject,
    notBefore,
    notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: issuerKeys.publicKey,
    signingKey: rootKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      usage,
      new Extension(NAME_CONSTRAINTS, true, permitted()),
      await SubjectKeyIdentifierExtension.create(issuerKeys.publicKey),
      await AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', issuerKeys.privateKey);
  return { 'ca.crt': pem(root), 'issuer.crt': pem(issuer), 'issuer.key': PemConverter.encode(key, 'PRIVATE KEY') };
}

const keyPair = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const pem = (certificate: X509Certificate): string => certificate.toString('pem');
/** Positive and of 16 bytes: RFC 5280, 4.1.2.2. */
const serial = (): string => `01${randomBytes(15).toString('hex')}`;

/** NameConstraints of RFC 5280, 4.2.1.10, in DER: any IPv4 and IPv6 address, and names under `faultflix.test`. */
function permitted(): Uint8Array<ArrayBuffer> {
  const subtree = (base: Uint8Array) => der(0x30, base);
  const subtrees = [der(0x82, Buffer.from('faultflix.test')), der(0x87, Buffer.alloc(8)), der(0x87, Buffer.alloc(32))];
  return new Uint8Array(der(0x30, der(0xa0, ...subtrees.map(subtree))));
}

/** One DER element; contents shorter than 128 bytes, as all are here. */
function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag, content.length), content]);
}
