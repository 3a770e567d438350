/**
 * Reads what a table in Python's pickle (protocol 5) is made of without running anything of it: the byte blocks of its
 * numbers and, in order, the texts after a mark. Knows the few opcodes that such a table has and refuses all others.
 * Format: Python's own `pickletools.py`.
 */
import { FaultflixError } from '#base/errors.ts';

export type Atom = string | number | Buffer | undefined;

/** Bytes of an argument of fixed length, by opcode. */
const fixed: Readonly<Record<number, number>> = {
  ...{ 128: 1, 149: 8, 148: 0, 147: 0, 41: 0, 129: 0, 125: 0, 40: 0, 82: 0, 133: 0, 134: 0, 135: 0 },
  ...{ 116: 0, 98: 0, 78: 0, 136: 0, 137: 0, 93: 0, 101: 0, 117: 0, 115: 0, 46: 0, 104: 1, 106: 4 },
  ...{ 75: 1, 77: 2, 74: 4, 71: 8 },
};

/** Everything that the pickle pushes and that is text, number or bytes, references followed; all else is undefined. */
export function* atomsOf(pickle: Buffer): Generator<Atom> {
  const memo: Atom[] = [];
  let last: Atom;
  let at = 0;
  const bytes = (length: number): Buffer => {
    if (at + length > pickle.length)
      throw new FaultflixError('bad-input', 'a pickle ends too early', { where: `byte ${at}` });
    at += length;
    return pickle.subarray(at - length, at);
  };
  while (at < pickle.length) {
    const op = pickle[at++]!;
    const length = fixed[op];
    if (op === 0x8c) last = bytes(bytes(1)[0]!).toString('utf8');
    else if (op === 0x58) last = bytes(bytes(4).readUInt32LE()).toString('utf8');
    else if (op === 0x43) last = bytes(bytes(1)[0]!);
    else if (op === 0x96) last = bytes(Number(bytes(8).readBigUInt64LE()));
    else if (length === undefined)
      throw new FaultflixError('bad-input', 'a pickle has an opcode that tables do not have', {
        ...{ received: `0x${op.toString(16)}`, where: `byte ${at - 1}` },
      });
    else {
      const argument = bytes(length);
      if (op === 0x94) {
        memo.push(last);
        continue;
      }
      if (op === 0x2e) return;
      if (op === 0x80 || op === 0x95) continue;
      if (op === 0x68) last = memo[argument[0]!];
      else if (op === 0x6a) last = memo[argument.readUInt32LE()];
      else if (op === 0x47) last = argument.readDoubleBE();
      else if (op === 0x4b) last = argument[0];
      else if (op === 0x4a) last = argument.readInt32LE();
      else last = undefined;
    }
    yield last;
  }
}
