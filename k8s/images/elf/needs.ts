import { readFileSync } from 'node:fs';
import { FaultflixError } from '#base/errors.ts';

/** What a program asks of the machine that runs it. */
export interface Needs {
  /** Path of the dynamic loader (PT_INTERP); absent in a static program and in a library. */
  readonly interpreter?: string;
  /** Names of shared libraries (DT_NEEDED), in the program's order. */
  readonly libraries: readonly string[];
}

// Numbers of elf(5).
const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** Reads a 64-bit little-endian ELF file, which both supported architectures use. Throws `unsupported` for any other. */
export function readNeeds(path: string): Needs {
  const bytes = readFileSync(path);
  if (bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) {
    throw new FaultflixError('unsupported', 'a program that is not a 64-bit little-endian ELF file', { where: path });
  }
  const segments = readSegments(bytes);
  const interpreter = segments.find(({ type }) => type === PT_INTERP);
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC);
  return {
    ...(interpreter ? { interpreter: text(bytes, interpreter.offset) } : {}),
    libraries: dynamic ? readNeeded(bytes, dynamic, segments) : [],
  };
}

function readSegments(bytes: Buffer): Segment[] {
  const table = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  return Array.from({ length: bytes.readUInt16LE(56) }, (_, index) => {
    const at = table + index * size;
    return {
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      address: Number(bytes.readBigUInt64LE(at + 16)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

function readNeeded(bytes: Buffer, dynamic: Segment, segments: readonly Segment[]): string[] {
  const tags: { readonly tag: number; readonly value: number }[] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
    const tag = Number(bytes.readBigInt64LE(at));
    if (tag === 0) break;
    tags.push({ tag, value: Number(bytes.readBigUInt64LE(at + 8)) });
  }
  const address = tags.find(({ tag }) => tag === DT_STRTAB)?.value;
  if (address === undefined) return [];
  // The table is named by its address in memory; the segment that is loaded there says where in the file it is.
  const home = segments.find((s) => s.type === PT_LOAD && address >= s.address && address < s.address + s.size);
  if (!home) return [];
  const strings = address - home.address + home.offset;
  return tags.filter(({ tag }) => tag === DT_NEEDED).map(({ value }) => text(bytes, strings + value));
}

const text = (bytes: Buffer, start: number): string => bytes.toString('latin1', start, bytes.indexOf(0, start));
