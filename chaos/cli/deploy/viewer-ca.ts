/**
 * The certificate authority that viewers and services trust: a root whose key is thrown away, and for each place an
 * intermediate with which the services there sign their own leaves. It may speak for addresses, and for names and identities
 * (`spiffe://<place>.faultflix.test/<service>`) of that place alone.
 */
import { randomBytes, webcrypto } from 'node:crypto';
import 'reflect-metadata';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Clock } from '#base/clock.ts';

/** Of one place. */
export interface ViewerCa {
  /** The roots: this authority's, and before it that which it replaces. */
  readonly 'ca.crt': string;
  readonly 'issuer.crt': string;
  readonly 'issuer.key': string;
}

/** What the controller shows where it measures: it may connect to every service and call none. */
export interface Prober {
  readonly 'prober.crt': string;
  readonly 'prober.key': string;
}

export interface Authority<Place extends string> {
  readonly places: Readonly<Record<Place, ViewerCa>>;
  readonly prober: Prober;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3_600_000;
const VALID_MS = 365 * DAY_MS;
/** A clock that is a little behind must still find the certificate valid. */
const BACKDATED_MS = 3_600_000;
const NAME_CONSTRAINTS = '2.5.29.30';

export interface AuthorityOptions<Place extends string> {
  readonly clock: Clock;
  readonly places: readonly Place[];
  /** PEM of the root that is replaced: trusted as long as there may be leaves of it. */
  readonly before?: string | undefined;
}

/** Makes a new authority, valid for a year. PEM, the keys as PKCS#8. */
export async function makeAuthority<Place extends string>(options: AuthorityOptions<Place>): Promise<Authority<Place>> {
  const { clock, places, before } = options;
  const rootKeys = await keyPair();
  const notBefore = new Date(clock.now() - BACKDATED_MS);
  const notAfter = new Date(clock.now() + VALID_MS);
  const life = { notBefore, notAfter, signingAlgorithm: ALGORITHM };
  const root = await X509CertificateGenerator.createSelfSigned({
    ...life,
    serialNumber: serial(),
    name: 'CN=Faultflix viewers root',
    keys: rootKeys,
    extensions: [
      new BasicConstraintsExtension(true, 1, true),
      SIGNS,
      await SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  const by = { root, rootKeys, life };
  const ca = `${pem(root).trim()}\n${before ?? ''}`;
  const made = await Promise.all(
    places.map(async (place) => [place, { 'ca.crt': ca, ...(await makeIssuer(by, place)) }] as const),
  );
  return { places: Object.fromEntries(made) as Record<Place, ViewerCa>, prober: await makeProber(by) };
}

interface Root {
  readonly root: X509Certificate;
  readonly rootKeys: webcrypto.CryptoKeyPair;
  readonly life: { readonly notBefore: Date; readonly notAfter: Date; readonly signingAlgorithm: typeof ALGORITHM };
}

async function makeIssuer({ root, rootKeys, life }: Root, place: string): Promise<Omit<ViewerCa, 'ca.crt'>> {
  const keys = await keyPair();
  const issuer = await X509CertificateGenerator.create({
    ...life,
    serialNumber: serial(),
    subject: `CN=Faultflix services of ${place}`,
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      SIGNS,
      new Extension(NAME_CONSTRAINTS, true, permitted(`${place}.faultflix.test`)),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      await AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  return { 'issuer.crt': pem(issuer), 'issuer.key': await keyPem(keys.privateKey) };
}

/** A client's certificate alone, signed by the root itself. */
async function makeProber({ root, rootKeys, life }: Root): Promise<Prober> {
  const keys = await keyPair();
  const certificate = await X509CertificateGenerator.create({
    ...life,
    serialNumber: serial(),
    subject: 'CN=controller.chaos.faultflix.test',
    issuer: root.subject,
    publicKey: keys.publicKey,
    signingKey: rootKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension([{ type: 'url', value: 'spiffe://chaos.faultflix.test/controller' }]),
      await AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
    ],
  });
  return { 'prober.crt': pem(certificate), 'prober.key': await keyPem(keys.privateKey) };
}

const SIGNS = new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true);
const keyPem = async (key: webcrypto.CryptoKey): Promise<string> =>
  PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
const keyPair = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
const pem = (certificate: X509Certificate): string => certificate.toString('pem');
/** Positive and of 16 bytes: RFC 5280, 4.1.2.2. */
const serial = (): string => `01${randomBytes(15).toString('hex')}`;

/**
 * NameConstraints of RFC 5280, 4.2.1.10, in DER: any IPv4 and IPv6 address, and as names of DNS and hosts of URIs those of
 * `domain`. A URI's host is that very one, a name of DNS may have labels before it.
 */
function permitted(domain: string): Uint8Array<ArrayBuffer> {
  const subtree = (base: Uint8Array) => der(0x30, base);
  const name = Buffer.from(domain);
  const names = [der(0x82, name), der(0x86, name), der(0x87, Buffer.alloc(8)), der(0x87, Buffer.alloc(32))];
  return new Uint8Array(der(0x30, der(0xa0, ...names.map(subtree))));
}

/** One DER element; contents shorter than 256 bytes, as all are here. */
function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
