import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FaultflixError } from '#base/errors.ts';

/**
 * Lines of JSON that are only ever added, each on the disk (fdatasync) before its `append` resolves. Those that come
 * while the disk works go out together. After a failed write nobody knows what the file holds: it takes no more.
 */
export class Journal {
  readonly #file: FileHandle;
  readonly #path: string;
  #waiting: { readonly line: string; readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  #writing: Promise<void> | undefined;
  #broken: FaultflixError | undefined;

  /** Opens the file, or makes it; resolves with what it holds. A line that a crash tore off was never answered for. */
  static async open(path: string): Promise<{ readonly journal: Journal; readonly entries: readonly unknown[] }> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    try {
      const text = await file.readFile('utf8');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
      const lines = whole === '' ? [] : whole.slice(0, -1).split('\n');
      return { journal: new Journal(file, path), entries: lines.map((line, index) => parsed(line, path, index + 1)) };
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
  }

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** Rejects with `unavailable` when the disk does not take it. */
  append(entry: unknown): Promise<void> {
    if (this.#broken) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line: `${JSON.stringify(entry)}\n`, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        if (this.#broken) throw this.#broken;
        await this.#file.appendFile(batch.map(({ line }) => line).join(''));
        await this.#file.datasync();
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        this.#broken ??= new FaultflixError('unavailable', 'the journal cannot be written', {
          where: this.#path,
          todo: 'restart: what the disk holds is read again',
          cause,
        });
        for (const { reject } of batch) reject(this.#broken);
      }
    }
    this.#writing = undefined;
  }
}

function parsed(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new FaultflixError('could-not-run', 'the journal is damaged', { where: `${path}:${number}`, cause });
  }
}
