import { isIPv4 } from 'node:net';

export interface Block {
  readonly addr: string;
  readonly len: number;
}

/** An IPv4 block with its host bits cleared; undefined for anything else, IPv6 among it. */
export function ipv4Block(cidr: string): Block | undefined {
  const [ip = '', bits = '32'] = cidr.split('/');
  const len = Number(bits);
  if (!isIPv4(ip) || !Number.isInteger(len) || len < 0 || len > 32) return undefined;
  return { addr: text(toNumber(ip) & maskOf(len)), len };
}

export function within(ip: string, { addr, len }: Block): boolean {
  return ((toNumber(ip) ^ toNumber(addr)) & maskOf(len)) === 0;
}

const maskOf = (len: number): number => (len === 0 ? 0 : -1 << (32 - len));
const toNumber = (ip: string): number => ip.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0);
const text = (number: number): string => [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.');
