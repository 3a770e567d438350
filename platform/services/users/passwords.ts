import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { FaultflixError } from '#base/errors.ts';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/**
 * OWASP Password Storage Cheat Sheet, scrypt: N=2^14, r=8, p=5 is one of its equal minimum settings. Of these the one
 * whose memory (128·N·r: 16 MiB) fits a pod; N=2^17, p=1 would take 128 MiB a sign-in.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 */
export const passwordCost: ScryptCost = { N: 2 ** 14, r: 8, p: 5 };

export interface PasswordOptions {
  readonly cost?: ScryptCost;
  /** Derived at once, in libuv's threads (4 by default: files and DNS need some too). */
  readonly atOnce?: number;
  /** Waiting beyond that; one more is `overloaded`. */
  readonly waiting?: number;
  readonly onDerived?: (seconds: number) => void;
}

/** `scrypt$<N>$<r>$<p>$<salt>$<hash>`, base64url: says itself how it was made, so the cost may grow. */
export class Passwords {
  readonly #cost: ScryptCost;
  readonly #waitingLimit: number;
  readonly #onDerived: (seconds: number) => void;
  readonly #queue: (() => void)[] = [];
  #free: number;
  readonly #decoy: string;

  constructor({ cost = passwordCost, atOnce = 2, waiting = 32, onDerived = () => undefined }: PasswordOptions = {}) {
    this.#cost = cost;
    this.#decoy = encode(cost, randomBytes(16), randomBytes(32));
    this.#free = atOnce;
    this.#waitingLimit = waiting;
    this.#onDerived = onDerived;
  }

  /** Rejects with `overloaded` when too many wait: a burst of sign-ins must not take the pod with it. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return encode(this.#cost, salt, await this.#derive(password, { salt, cost: this.#cost, length: 32 }));
  }

  /** `stored` undefined takes as long and is false: whether an account exists cannot be told by the time. */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const { cost, salt, hash } = parse(stored ?? this.#decoy);
    const derived = await this.#derive(password, { salt, cost, length: hash.length });
    return timingSafeEqual(derived, hash) && stored !== undefined;
  }

  /** Made with another cost than that of today: to be made anew at the next sign-in, when the password is there. */
  outdated(stored: string): boolean {
    const { cost } = parse(stored);
    return cost.N !== this.#cost.N || cost.r !== this.#cost.r || cost.p !== this.#cost.p;
  }

  async #derive(password: string, { salt, cost, length }: Derivation): Promise<Buffer> {
    await this.#turn();
    const startMs = performance.now();
    try {
      return await derive(password, salt, length, { ...cost, maxmem: 128 * cost.r * (cost.N + cost.p + 16) });
    } finally {
      this.#onDerived((performance.now() - startMs) / 1_000);
      const next = this.#queue.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #turn(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1;
      return undefined;
    }
    if (this.#queue.length >= this.#waitingLimit)
      throw new FaultflixError('overloaded', 'too many sign in or up at once', { todo: 'try again in a second' });
    return new Promise((resolve) => this.#queue.push(resolve));
  }
}

interface Derivation {
  readonly salt: Buffer;
  readonly cost: ScryptCost;
  readonly length: number;
}

const encode = ({ N, r, p }: ScryptCost, salt: Buffer, hash: Buffer): string =>
  ['scrypt', N, r, p, salt.toString('base64url'), hash.toString('base64url')].join('$');

function parse(stored: string): { readonly cost: ScryptCost; readonly salt: Buffer; readonly hash: Buffer } {
  const [kind, N, r, p, salt, hash] = stored.split('$');
  if (kind !== 'scrypt' || !hash) throw new FaultflixError('internal', 'a stored password is of an unknown kind');
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: bytes(salt!), hash: bytes(hash) };
}
