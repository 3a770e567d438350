import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';
import { mounted } from '#base/mounts.ts';

/** Where Secret `store-keys` is mounted. */
export const STORE_KEYS_FOLDER = '/var/run/faultflix/store-keys';

const KEY_BYTES = 32;
/** NIST SP 800-38D, 8.2.2: a random nonce of 96 bits; a key is good for 2^32 documents. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const fileSchema = z.object({ current: z.string().min(1), keys: z.record(z.string(), z.base64()) });

/** A sealed document names its key, so that documents of before a rotation can still be read. */
export interface Sealed {
  readonly key: string;
  /** Nonce, tag, ciphertext. */
  readonly bytes: Buffer;
}

/** AES-256-GCM with the keys of the Secret: written with `current`, read with the one that wrote. */
export class KeyRing {
  readonly #current: string;
  readonly #keys: ReadonlyMap<string, Buffer>;

  /** `text`: `keys.json` of the Secret. Throws `bad-input`, without a word of the keys themselves. */
  constructor(text: string, where = 'keys.json') {
    const file = readKeys(text, where);
    this.#current = file.current;
    this.#keys = new Map(Object.entries(file.keys).map(([name, key]) => [name, Buffer.from(key, 'base64')]));
    for (const [name, key] of this.#keys) {
      if (key.length !== KEY_BYTES || !/^[a-z0-9-]{1,63}$/.test(name))
        throw new FaultflixError('bad-input', `key ${name} of the store's key ring cannot be used`, {
          expected: `a name of a-z, 0-9, -, and ${KEY_BYTES} bytes as base64`,
          received: `${key.length} bytes`,
          where,
        });
    }
    if (!this.#keys.has(this.#current))
      throw new FaultflixError('bad-input', `the store's key ring lacks its current key ${this.#current}`, { where });
  }

  /** `about` is sealed with it: what was moved to another place cannot be opened there. */
  seal(plain: Uint8Array, about: string): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keys.get(this.#current)!, nonce);
    cipher.setAAD(Buffer.from(about));
    const text = Buffer.concat([cipher.update(plain), cipher.final()]);
    return { key: this.#current, bytes: Buffer.concat([nonce, cipher.getAuthTag(), text]) };
  }

  /** Throws `internal` when the key is not in the ring, or is another one, or the bytes were changed or moved. */
  open({ key: name, bytes }: Sealed, about: string): Buffer {
    const key = this.#keys.get(name);
    if (key === undefined)
      throw new FaultflixError('internal', `${about} is sealed with key ${name}, which the key ring lacks`, {
        where: about,
        todo: 'keep a key in Secret store-keys for as long as documents are sealed with it',
      });
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAAD(Buffer.from(about));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw new FaultflixError('internal', `${about} cannot be opened with key ${name}`, {
        where: about,
        todo: `is key ${name} of Secret store-keys the one that it was sealed with?`,
        cause,
      });
    }
  }
}

/** The key ring of the mounted Secret. */
export function mountedKeyRing(env: Readonly<Record<string, string | undefined>>): KeyRing {
  const where = `${mounted(STORE_KEYS_FOLDER, env)}/keys.json`;
  try {
    return new KeyRing(readFileSync(where, 'utf8'), where);
  } catch (cause) {
    if (cause instanceof FaultflixError) throw cause;
    throw new FaultflixError('could-not-run', 'the keys of the store cannot be read', {
      where,
      todo: 'mount Secret store-keys there',
      cause,
    });
  }
}

/** What a parser says of a bad file may quote it: it must not become a cause. */
function readKeys(text: string, where: string): z.infer<typeof fileSchema> {
  let parsed: z.ZodSafeParseResult<z.infer<typeof fileSchema>>;
  try {
    parsed = fileSchema.safeParse(JSON.parse(text));
  } catch {
    throw new FaultflixError('bad-input', "the store's key ring is not JSON", { where });
  }
  if (parsed.success) return parsed.data;
  throw new FaultflixError('bad-input', "the store's key ring has another shape", {
    expected: '{"current":"k1","keys":{"k1":"<base64, 32 bytes>"}}',
    where,
  });
}
