import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { FaultflixError } from '#base/errors.ts';

const mailSchema = z.object({
  id: z.string(),
  messageId: z.string(),
  /** Of the envelope. */
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  atMs: z.number(),
  headers: z.array(z.object({ key: z.string(), value: z.string() })),
});
const entrySchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('mail'), mail: mailSchema }),
  z.object({ type: z.literal('duplicate'), id: z.string(), atMs: z.number() }),
]);
type Entry = z.infer<typeof entrySchema>;
export type Mail = z.infer<typeof mailSchema>;
/** `duplicates`: how often it came again and was dropped. */
export type KeptMail = Mail & { readonly duplicates: number };
export type NewMail = Omit<Mail, 'id'>;

/** All of it is in memory too. */
export const mailLimits = { mails: 20_000, bytes: 32 * 1024 * 1024 } as const;

/**
 * Every mail that was ever taken, in a file that only grows: durable before it is acknowledged. A Message-ID that a recipient
 * has already is dropped and counted, as servers with duplicate delivery suppression do.
 */
export class Mails {
  readonly #file: FileHandle;
  readonly #limits: { readonly mails: number; readonly bytes: number };
  readonly #mails: KeptMail[] = [];
  readonly #byKey = new Map<string, number>();
  #bytes = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #broken: FaultflixError | undefined;

  static async open(
    path: string,
    limits: { readonly mails: number; readonly bytes: number } = mailLimits,
  ): Promise<Mails> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, 'a+');
    try {
      const text = await file.readFile('utf8');
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      // A line that a crash tore off was never acknowledged.
      if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
      const mails = new Mails(file, limits);
      for (const line of whole === '' ? [] : whole.slice(0, -1).split('\n'))
        mails.#apply(entrySchema.parse(JSON.parse(line)), Buffer.byteLength(line) + 1);
      return mails;
    } catch (cause) {
      await file.close();
      throw new FaultflixError('could-not-run', 'the file of mails is damaged', { where: path, cause });
    }
  }

  private constructor(file: FileHandle, limits: { readonly mails: number; readonly bytes: number }) {
    this.#file = file;
    this.#limits = limits;
  }

  /** Resolves when it is durable. Rejects with `overloaded` when the box is full, `unavailable` when the disk does not take it. */
  take(mail: NewMail): Promise<'kept' | 'duplicate'> {
    const taken = this.#turn.then(() => this.#take(mail));
    this.#turn = taken.catch(() => undefined);
    return taken;
  }

  /** In the order in which they came; `to` is a whole address. */
  page({
    to,
    after = '',
    limit,
  }: {
    readonly to?: string | undefined;
    readonly after?: string;
    readonly limit: number;
  }) {
    const start = after === '' ? 0 : Number(after.slice('m-'.length));
    const found: KeptMail[] = [];
    for (let at = start; at < this.#mails.length; at++) {
      const mail = this.#mails[at]!;
      if (to !== undefined && mail.to.toLowerCase() !== to.toLowerCase()) continue;
      if (found.length === limit) return { mails: found, nextAfter: found.at(-1)!.id };
      found.push(mail);
    }
    return { mails: found };
  }

  get(id: string): KeptMail | undefined {
    return /^m-\d{9}$/.test(id) ? this.#mails[Number(id.slice(2)) - 1] : undefined;
  }

  get size(): number {
    return this.#mails.length;
  }

  async close(): Promise<void> {
    await this.#turn;
    await this.#file.close();
  }

  async #take(mail: NewMail): Promise<'kept' | 'duplicate'> {
    if (this.#broken) throw this.#broken;
    const known = mail.messageId === '' ? undefined : this.#byKey.get(keyOf(mail));
    const entry: Entry =
      known === undefined
        ? { type: 'mail', mail: { id: `m-${String(this.#mails.length + 1).padStart(9, '0')}`, ...mail } }
        : { type: 'duplicate', id: this.#mails[known]!.id, atMs: mail.atMs };
    const line = `${JSON.stringify(entry)}\n`;
    const bytes = Buffer.byteLength(line);
    if (this.#bytes + bytes > this.#limits.bytes || (known === undefined && this.#mails.length >= this.#limits.mails))
      throw new FaultflixError('overloaded', 'the mailbox is full');
    try {
      await this.#file.appendFile(line);
      await this.#file.datasync();
    } catch (cause) {
      // Nobody knows what the file holds now: it is read again at the next start.
      this.#broken = new FaultflixError('unavailable', 'the file of mails cannot be written', { cause });
      throw this.#broken;
    }
    this.#apply(entry, bytes);
    return known === undefined ? 'kept' : 'duplicate';
  }

  #apply(entry: Entry, bytes: number): void {
    this.#bytes += bytes;
    if (entry.type === 'mail') {
      this.#byKey.set(keyOf(entry.mail), this.#mails.length);
      this.#mails.push({ ...entry.mail, duplicates: 0 });
      return;
    }
    const at = Number(entry.id.slice(2)) - 1;
    const mail = this.#mails[at]!;
    this.#mails[at] = { ...mail, duplicates: mail.duplicates + 1 };
  }
}

const keyOf = ({ messageId, to }: NewMail): string => JSON.stringify([messageId, to.toLowerCase()]);
