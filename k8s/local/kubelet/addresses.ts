import { createHash } from 'node:crypto';

/**
 * Addresses of one cluster: 10.<block>.b.c, whose 127.<block>.b.c the pods' processes bind. Clusters of one machine have
 * a block each, so that they do not meet. 10.<block>.255.x belongs to the nodes, 10.<block>.255.254 to the kubelet.
 * Blocks end below 96: clusters commonly have their services from 10.96 on.
 */
const LAST_BLOCK = 95;
const PODS = 254 * 254;

/** Blocks in the order in which a cluster tries them: another first one for each state folder. */
export function blocks(stateDir: string): number[] {
  const first = createHash('sha256').update(stateDir).digest().readUInt32BE(0) % LAST_BLOCK;
  return Array.from({ length: LAST_BLOCK }, (_, index) => ((first + index) % LAST_BLOCK) + 1);
}

export const kubeletAddress = (block: number): string => `127.${block}.255.254`;
export const nodeAddress = (block: number, index: number): string => `10.${block}.255.${index + 1}`;

export class Addresses {
  readonly #block: number;
  readonly #taken = new Set<number>();
  #next = 0;

  constructor(block: number) {
    this.#block = block;
  }

  /** The next free address; those given back come again only after all others. */
  take(): string {
    for (let tries = 0; tries < PODS; tries++) {
      const candidate = this.#next;
      this.#next = (this.#next + 1) % PODS;
      if (this.#taken.has(candidate)) continue;
      this.#taken.add(candidate);
      return `10.${this.#block}.${Math.floor(candidate / 254) + 1}.${(candidate % 254) + 1}`;
    }
    throw new Error('no pod address is free');
  }

  /** An address that a pod already has. */
  keep(ip: string): void {
    const number = numberOf(ip);
    if (number >= PODS) return; // a pod in its node's network has the node's
    this.#taken.add(number);
    if (number >= this.#next) this.#next = (number + 1) % PODS;
  }

  give(ip: string): void {
    this.#taken.delete(numberOf(ip));
  }
}

function numberOf(ip: string): number {
  const [, , third, last] = ip.split('.').map(Number);
  return (third! - 1) * 254 + last! - 1;
}
