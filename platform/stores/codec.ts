import { FaultflixError } from '#base/errors.ts';
import type { KeyRing } from './key-ring.ts';
import type { Collection, Json } from './store.ts';

/**
 * A document's bytes: format (1: plain, 2: sealed), version of its collection's schema (2 bytes, big-endian), then JSON, or
 * length and name of the key and what `KeyRing.seal` gives. Key and version are sealed with it.
 */
const PLAIN = 1;
const SEALED = 2;
const HEADER_BYTES = 3;

/** Throws `bad-input` when the value is not what the schema says. */
export function encode<T>(collection: Collection<T>, key: string, value: T, ring: KeyRing): Uint8Array {
  const parsed = collection.schema.safeParse(value);
  if (!parsed.success)
    throw new FaultflixError('bad-input', `a document of ${collection.name} is not what its schema says`, {
      expected: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      where: key,
    });
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt8(collection.encrypted ? SEALED : PLAIN);
  header.writeUInt16BE(collection.version, 1);
  const json = Buffer.from(JSON.stringify(parsed.data));
  if (!collection.encrypted) return Buffer.concat([header, json]);
  const sealed = ring.seal(json, aboutOf(key, collection.version));
  const name = Buffer.from(sealed.key);
  return Buffer.concat([header, Buffer.from([name.length]), name, sealed.bytes]);
}

/**
 * Throws `unavailable` for a document of a version that this code does not know yet (a newer pod wrote it, and another
 * pod may read it), `internal` for what nobody can read.
 */
export function decode<T>(collection: Collection<T>, key: string, bytes: Uint8Array, ring: KeyRing): T {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = buffer[0];
  if (buffer.length <= HEADER_BYTES || (format !== PLAIN && format !== SEALED))
    throw unreadable(key, 'the bytes are no document');
  const version = buffer.readUInt16BE(1);
  if (version > collection.version)
    throw new FaultflixError('unavailable', `${key} was written by a newer version of this service`, {
      expected: `at most version ${collection.version}`,
      received: `version ${version}`,
      where: key,
      todo: 'ask a newer pod; this one leaves the document alone',
    });
  // Documents of before a collection was encrypted are of an older version.
  if (format === PLAIN && collection.encrypted && version === collection.version)
    throw unreadable(key, 'it is not sealed, which its collection must be');
  const json = format === SEALED ? openSealed(key, version, buffer, ring) : buffer.subarray(HEADER_BYTES);
  const parsed = collection.schema.safeParse(migrated(collection, key, version, parse(key, json)));
  if (parsed.success) return parsed.data;
  // What was read may be of a person: paths alone are told.
  const paths = parsed.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw unreadable(key, `it is not what its schema says at ${paths}`);
}

function openSealed(key: string, version: number, buffer: Buffer, ring: KeyRing): Buffer {
  const begin = HEADER_BYTES + 1 + buffer[HEADER_BYTES]!;
  const name = buffer.toString('ascii', HEADER_BYTES + 1, begin);
  return ring.open({ key: name, bytes: buffer.subarray(begin) }, aboutOf(key, version));
}

function migrated<T>(collection: Collection<T>, key: string, version: number, document: Json): Json {
  let current = document;
  for (let from = version; from < collection.version; from++) {
    const migrate = collection.migrations[from];
    if (migrate === undefined) throw unreadable(key, `${collection.name} has no migration from version ${from}`);
    current = migrate(current);
  }
  return current;
}

function parse(key: string, json: Buffer): Json {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch {
    throw unreadable(key, 'it is not JSON');
  }
}

const aboutOf = (key: string, version: number): string => `${key}@${version}`;

function unreadable(key: string, why: string): FaultflixError {
  return new FaultflixError('internal', `${key} cannot be read: ${why}`, { where: key });
}
