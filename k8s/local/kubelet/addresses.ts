/**
 * Pod addresses 10.a.b.c, whose 127.a.b.c the pod's processes bind. 10.255.x.y belongs to the nodes, 10.0.0.x is left
 * out since 127.0.0.1 is everybody's, and 10.96.0.0/12 since clusters have their services there.
 */
const FIRST = 10 * 2 ** 24 + 1 * 2 ** 16 + 1;
const LAST = 10 * 2 ** 24 + 95 * 2 ** 16 + 255 * 2 ** 8 + 254;

export class Addresses {
  readonly #taken = new Set<string>();
  #next = FIRST;

  /** The next free address; those given back come again only after all others. */
  take(): string {
    for (let tries = FIRST; tries <= LAST; tries++) {
      const candidate = textOf(this.#next);
      this.#next = this.#next === LAST ? FIRST : this.#next + 1;
      const last = candidate.slice(candidate.lastIndexOf('.') + 1);
      if (last === '0' || last === '255' || this.#taken.has(candidate)) continue;
      this.#taken.add(candidate);
      return candidate;
    }
    throw new Error('no pod address is free');
  }

  /** An address that a pod already has. */
  keep(ip: string): void {
    this.#taken.add(ip);
    const number = numberOf(ip);
    if (number >= this.#next && number < LAST) this.#next = number + 1;
  }

  give(ip: string): void {
    this.#taken.delete(ip);
  }
}

export const nodeAddress = (index: number): string => `10.255.0.${index + 1}`;

const textOf = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');
const numberOf = (ip: string) => ip.split('.').reduce((n, part) => n * 256 + Number(part), 0);
