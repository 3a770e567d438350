import { isIP } from 'node:net';

/**
 * The network a request came from: an IPv4 address, or the /64 of an IPv6 one, which is what one household has (RFC 6177).
 * `forwarded` is `x-forwarded-for` as the gateway sets it: the viewer first. Only services of ours reach this one.
 */
export function sourceOf(forwarded: string | string[] | undefined, peer: string | undefined): string {
  const [first = ''] = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',');
  const address = isIP(first.trim()) ? first.trim() : (peer ?? '');
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(plain) === 6 ? network64(plain) : plain;
}

function network64(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  const groups = [...left, ...zeros, ...right].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
