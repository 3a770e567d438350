import { randomFillSync } from 'node:crypto';

/** A call of the generator costs as much as a call of a guard, however little it gives: so it gives much at once. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

/** Random bytes as lower-case hex. At most 4,096 at a time. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const text = pool.toString('hex', used, used + bytes);
  used += bytes;
  return text;
}
