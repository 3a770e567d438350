import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { FaultflixError } from '#base/errors.ts';

const fifoOf = (folder: string) => join(folder, 'stdin');

/**
 * The input of a container with `stdin: true`: a FIFO in the attempt's folder, to which whoever attaches writes. The
 * container holds it open for writing itself, so that it never ends; with `stdinOnce` the kubelet does, until the first
 * who attached has left (or the kubelet is killed).
 */
export class ContainerInput {
  readonly #folder: string;
  #keeper: number | undefined;

  private constructor(folder: string, keeper: number | undefined) {
    this.#folder = folder;
    this.#keeper = keeper;
  }

  /** `descriptor` is the container's end: to be closed once it has it. Throws `could-not-run` without mkfifo. */
  static make(folder: string, once: boolean): { readonly input: ContainerInput; readonly descriptor: number } {
    const fifo = fifoOf(folder);
    const { status, error, stderr } = spawnSync('mkfifo', ['-m', '600', fifo], { encoding: 'utf8' });
    if (status !== 0)
      throw new FaultflixError('could-not-run', `no FIFO for the container's input: ${stderr}`, {
        where: fifo,
        cause: error,
      });
    const both = openSync(fifo, constants.O_RDWR);
    if (!once) return { input: new ContainerInput(folder, undefined), descriptor: both };
    return { input: new ContainerInput(folder, both), descriptor: openSync(fifo, constants.O_RDONLY) };
  }

  /** The input of an instance that an earlier kubelet started. */
  static adopt(folder: string): ContainerInput {
    return new ContainerInput(folder, undefined);
  }

  /** Undefined when the container has closed its input. */
  writer(): Socket | undefined {
    try {
      const fd = openSync(fifoOf(this.#folder), constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch {
      return undefined;
    }
  }

  /** Nobody will say more: the container reads the end once all writers have left. */
  close(): void {
    if (this.#keeper !== undefined) closeSync(this.#keeper);
    this.#keeper = undefined;
  }
}
