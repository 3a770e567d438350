import 'reflect-metadata'; // the certificate library's container wants it loaded first
import { generateKeyPairSync, randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** PEM texts; the key as PKCS #8. */
export interface Credential {
  readonly cert: string;
  readonly key: string;
}

export interface LeafRequest {
  readonly commonName: string;
  /** What Kubernetes reads as the user's groups. */
  readonly organizations?: readonly string[];
  /** DNS names and addresses. */
  readonly hosts?: readonly string[];
  readonly usages: readonly ('server' | 'client')[];
}

export interface Authority extends Credential {
  issue(request: LeafRequest): Promise<Credential>;
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** A root of its own: ECDSA P-256, valid from an hour ago (clocks of containers lag) for a year. */
export async function createAuthority(commonName: string, nowMs: number): Promise<Authority> {
  const validity = { notBefore: new Date(nowMs - 3_600_000), notAfter: new Date(nowMs + 365 * DAY_MS) };
  const subject = `CN=${commonName}`;
  const pair = await keyPair();
  const root = await X509CertificateGenerator.createSelfSigned({
    keys: pair,
    name: subject,
    serialNumber: serial(),
    signingAlgorithm: SIGNATURE,
    ...validity,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign | KeyUsageFlags.digitalSignature, true),
    ],
  });
  return {
    cert: root.toString('pem'),
    key: await pem(pair.privateKey),
    issue: (request) => issue({ request, issuer: subject, signingKey: pair.privateKey, validity }),
  };
}

interface Issue {
  readonly request: LeafRequest;
  readonly issuer: string;
  readonly signingKey: webcrypto.CryptoKey;
  readonly validity: Validity;
}

async function issue({ request, issuer, signingKey, validity }: Issue): Promise<Credential> {
  const { commonName, organizations = [], hosts = [], usages } = request;
  const pair = await keyPair();
  const extensions: Extension[] = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(
      usages.map((usage) => (usage === 'server' ? ExtendedKeyUsage.serverAuth : ExtendedKeyUsage.clientAuth)),
    ),
  ];
  if (hosts.length > 0) {
    extensions.push(
      new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
    );
  }
  const leaf = await X509CertificateGenerator.create({
    publicKey: pair.publicKey,
    signingKey,
    issuer,
    subject: [...organizations.map((name) => `O=${name}`), `CN=${commonName}`].join(','),
    serialNumber: serial(),
    signingAlgorithm: SIGNATURE,
    ...validity,
    extensions,
  });
  return { cert: leaf.toString('pem'), key: await pem(pair.privateKey) };
}

/** A key pair for signing service account tokens (ES256). */
export function createSigningPair(): { readonly publicKey: string; readonly privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  });
}

function keyPair(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(CURVE, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

/** 127 random bits: unique, and positive as RFC 5280 (4.1.2.2) wants. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes.toString('hex');
}
