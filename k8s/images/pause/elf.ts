import type { Architecture } from '../machine/architecture.ts';

/**
 * The program that holds a pod's namespaces: it waits for ever, ends with 0 on SIGTERM and SIGINT (as process 1 of a
 * namespace it would else not be ended by them at all), and ignores SIGCHLD, so that the kernel itself reaps what a
 * shared pid namespace leaves to process 1 (wait(2), "NOTES": children of a process that ignores SIGCHLD are no zombies).
 *
 * Written as machine code, since an image is made without a toolchain: a static ELF of a few hundred bytes.
 */
export const pauseProgram = (architecture: Architecture): Buffer =>
  link({ machine: MACHINES[architecture], code: codeOf[architecture] });

/** e_machine of elf(5): EM_X86_64, EM_AARCH64. */
const MACHINES: Readonly<Record<Architecture, number>> = { amd64: 62, arm64: 183 };

const BASE = 0x400000;
const FILE_HEADER = 64;
const PROGRAM_HEADER = 56;
const CODE_AT = FILE_HEADER + 2 * PROGRAM_HEADER;

/** Addresses that the code names. */
interface Places {
  readonly onEnd: number;
  readonly ignore: number;
}

interface Code {
  readonly bytes: Buffer;
  /** Where in it the handler of SIGTERM and SIGINT starts. */
  readonly handler: number;
}

// signal(7)
const SIGINT = 2;
const SIGTERM = 15;
const SIGCHLD = 17;
const SIG_IGN = 1;
const SA_RESTORER = 0x04000000;
/** Bytes of the kernel's sigset_t, which rt_sigaction wants to be told. */
const MASK_BYTES = 8;

const codeOf: Readonly<Record<Architecture, (places: Places) => Code>> = {
  /** syscall(2): number in eax; arguments in edi, esi, edx, r10d; rcx, r11 and rax are lost. */
  amd64({ onEnd, ignore }) {
    const rtSigaction = [0xb8, ...u32(13)]; //                   mov eax, 13
    const syscall = [0x0f, 0x05]; //                              syscall
    const setUp = [
      ...[0x31, 0xd2], //                                         xor edx, edx          the old action: not wanted
      ...[0x41, 0xba, ...u32(MASK_BYTES)], //                     mov r10d, 8
      ...[0xbe, ...u32(onEnd)], //                                mov esi, onEnd
      ...[0xbf, ...u32(SIGTERM)], //                              mov edi, SIGTERM
      ...rtSigaction,
      ...syscall,
      ...[0xbf, ...u32(SIGINT)], //                               mov edi, SIGINT
      ...rtSigaction,
      ...syscall,
      ...[0xbe, ...u32(ignore)], //                               mov esi, ignore
      ...[0xbf, ...u32(SIGCHLD)], //                              mov edi, SIGCHLD
      ...rtSigaction,
      ...syscall,
    ];
    const wait = [
      ...[0xb8, ...u32(34)], //                            again: mov eax, 34           pause
      ...syscall,
      ...[0xeb, 0xf7], //                                         jmp again
    ];
    const handler = [
      ...[0xb8, ...u32(231)], //                                  mov eax, 231          exit_group
      ...[0x31, 0xff], //                                         xor edi, edi
      ...syscall,
    ];
    return { bytes: Buffer.from([...setUp, ...wait, ...handler]), handler: setUp.length + wait.length };
  },

  /** Number in x8, arguments from x0, result in x0; all else is kept. There is no pause, so ppoll waits for nothing. */
  arm64({ onEnd, ignore }) {
    const here = BASE + CODE_AT;
    const instructions = [
      movz(8, 134), //                                            mov x8, 134           rt_sigaction
      movz(2, 0),
      movz(3, MASK_BYTES),
      movz(0, SIGTERM),
      adr(1, onEnd - (here + 4 * 4)), //                          adr x1, onEnd
      SVC,
      movz(0, SIGINT),
      SVC,
      movz(0, SIGCHLD),
      adr(1, ignore - (here + 4 * 9)), //                         adr x1, ignore
      SVC,
      movz(8, 73), //                                      again: mov x8, 73            ppoll
      movz(0, 0),
      movz(1, 0),
      movz(2, 0),
      movz(3, 0),
      SVC,
      branch(-6), //                                              b again
      movz(8, 94), //                                             mov x8, 94            exit_group
      movz(0, 0),
      SVC,
    ];
    return { bytes: Buffer.from(instructions.flatMap(u32)), handler: 4 * 18 };
  },
};

// Arm Architecture Reference Manual, C6.2: MOVZ (64-bit), ADR, SVC, B.
const movz = (register: number, value: number): number => (0xd2800000 | (value << 5) | register) >>> 0;
const adr = (register: number, offset: number): number =>
  (0x10000000 | ((offset & 3) << 29) | (((offset >> 2) & 0x7ffff) << 5) | register) >>> 0;
const SVC = 0xd4000001;
const branch = (instructions: number): number => (0x14000000 | (instructions & 0x3ffffff)) >>> 0;

function link({ machine, code }: { readonly machine: number; readonly code: (places: Places) => Code }): Buffer {
  const size = code({ onEnd: BASE, ignore: BASE }).bytes.length;
  const dataAt = Math.ceil((CODE_AT + size) / 8) * 8;
  const onEnd = BASE + dataAt;
  const { bytes, handler } = code({ onEnd, ignore: onEnd + 32 });
  const end = BASE + CODE_AT + handler;
  // struct sigaction of the kernel: handler, flags, restorer, mask. A handler that does not return needs no restorer,
  // but x86-64 refuses to call it without one.
  const actions = [end, SA_RESTORER, end, 0, SIG_IGN, 0, 0, 0].flatMap(u64);
  const padding = Buffer.alloc(dataAt - CODE_AT - bytes.length);
  const rest = Buffer.concat([bytes, padding, Buffer.from(actions)]);
  return Buffer.concat([headers(machine, CODE_AT + rest.length), rest]);
}

/** elf(5): one segment that is read and executed, and a stack that is not executed. */
function headers(machine: number, size: number): Buffer {
  const PT_LOAD = 1;
  const PT_GNU_STACK = 0x6474e551;
  const READ_EXECUTE = 5;
  const READ_WRITE = 6;
  return Buffer.from([
    ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, ...u64(0)], // 64-bit, little-endian, version 1, System V
    ...[...u16(2), ...u16(machine), ...u32(1)], // an executable at fixed addresses
    ...[...u64(BASE + CODE_AT), ...u64(FILE_HEADER), ...u64(0)], // entry point, program headers, no sections
    ...[...u32(0), ...u16(FILE_HEADER), ...u16(PROGRAM_HEADER), ...u16(2), ...u16(0), ...u16(0), ...u16(0)],
    ...[...u32(PT_LOAD), ...u32(READ_EXECUTE), ...u64(0), ...u64(BASE), ...u64(BASE), ...u64(size), ...u64(size)],
    ...u64(0x10000), // aligned for the largest pages of ARM64
    ...[...u32(PT_GNU_STACK), ...u32(READ_WRITE), ...u64(0), ...u64(0), ...u64(0), ...u64(0), ...u64(0), ...u64(16)],
  ]);
}

function u16(value: number): number[] {
  return [value & 0xff, (value >>> 8) & 0xff];
}

function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}

/** Of a value below 2³². */
function u64(value: number): number[] {
  return [...u32(value), ...u32(0)];
}
