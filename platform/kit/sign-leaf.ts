import { createPrivateKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import { der, elements, oid, sequence, tags, time } from './der.ts';

/** A certificate of this process, PEM: `cert` is the leaf followed by the intermediate that signed it. */
export interface Leaf {
  readonly cert: string;
  readonly key: string;
}

export interface LeafOptions {
  readonly issuerCert: string;
  /** PKCS#8 or SEC 1. */
  readonly issuerKey: string;
  readonly commonName: string;
  /** IP addresses and DNS names, and URIs (`spiffe://…`). */
  readonly names: readonly string[];
  readonly nowMs: number;
  /** For how long it is good. */
  readonly lifeMs?: number;
}

/** For how long a leaf is good. */
export const LEAF_LIFE_MS = 24 * 3_600_000;
/** How far a client's clock may be behind ours. */
const SKEW_MS = 300_000;

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const SUBJECT_KEY_ID = '2.5.29.14';
const newKeys = promisify(generateKeyPair);

/** Signs a leaf (ECDSA P-256, RFC 5280) with the intermediate CA, for servers and clients. The key never leaves the process. */
export async function signLeaf(options: LeafOptions): Promise<Leaf> {
  const { commonName, names, nowMs, lifeMs = LEAF_LIFE_MS } = options;
  const issuer = issuerOf(options.issuerCert);
  const keys = await newKeys('ec', { namedCurve: 'P-256' });
  const body = sequence(
    der(0xa0, der(tags.integer, Buffer.of(2))), // version 3
    der(tags.integer, Buffer.concat([Buffer.of(1), randomBytes(15)])), // positive: RFC 5280, 4.1.2.2
    ECDSA_SHA256,
    issuer.subject,
    sequence(time(nowMs - SKEW_MS), time(nowMs + lifeMs)),
    sequence(der(tags.set, sequence(oid('2.5.4.3'), der(tags.utf8, Buffer.from(commonName))))),
    keys.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(names, issuer.keyId))),
  );
  const signature = sign('sha256', body, createPrivateKey(options.issuerKey));
  const certificate = sequence(body, ECDSA_SHA256, der(tags.bits, Buffer.of(0), signature));
  return {
    cert: `${pem(certificate)}${options.issuerCert.trim()}\n`,
    key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function extensions(names: readonly string[], issuerKeyId: Buffer | undefined): readonly Buffer[] {
  const critical = der(tags.boolean, Buffer.of(0xff));
  const extension = (id: string, value: Buffer, isCritical = false) =>
    sequence(oid(id), ...(isCritical ? [critical] : []), der(tags.octets, value));
  return [
    extension('2.5.29.19', sequence(), true), // basicConstraints: no CA
    extension('2.5.29.15', der(tags.bits, Buffer.of(7, 0x80)), true), // keyUsage: digitalSignature
    extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))), // servers, clients
    extension('2.5.29.17', sequence(...names.map(generalName))), // subjectAltName
    ...(issuerKeyId ? [extension('2.5.29.35', sequence(der(0x80, issuerKeyId)))] : []), // authorityKeyIdentifier
  ];
}

/** RFC 5280, 4.2.1.6. */
function generalName(name: string): Buffer {
  if (isIP(name) !== 0) return der(0x87, addressBytes(name));
  return der(name.includes('://') ? 0x86 : 0x82, Buffer.from(name, 'ascii'));
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const [before, after] = [groups(head), groups(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return Buffer.from([...before, ...zeros, ...after].map((group) => group.padStart(4, '0')).join(''), 'hex');
}

/** What a leaf says of the one that signed it: subject and key identifier as they stand in that certificate. */
function issuerOf(cert: string): { readonly subject: Buffer; readonly keyId: Buffer | undefined } {
  const [body] = elements(elements(new X509Certificate(cert).raw)[0]!.content);
  // version, serial, algorithm, issuer, validity, subject, key, extensions
  const parts = elements(body!.content);
  const listed = parts.find(({ tag }) => tag === 0xa3);
  const known = listed ? elements(elements(listed.content)[0]!.content) : [];
  const id = oid(SUBJECT_KEY_ID);
  const keyId = known
    .map(({ content }) => elements(content))
    .find(([first]) => first!.whole.equals(id))
    ?.at(-1);
  return { subject: parts[5]!.whole, keyId: keyId && elements(keyId.content)[0]!.content };
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
