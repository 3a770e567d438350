import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { dataFrames, type Frame, parseFrames, ping, rstStream, synReply } from './frames.ts';
import { emptyHeaders, HeaderReader } from './headers.ts';

/** One stream of a SPDY connection that the client opened. Its two directions end each on its own. */
export class SpdyStream extends Duplex {
  readonly id: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly #send: (frame: Buffer) => Promise<void>;

  constructor(id: number, headers: ReadonlyMap<string, string>, send: (frame: Buffer) => Promise<void>) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#send = send;
  }

  override _read(): void {
    this.emit('room');
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#send(dataFrames(this.id, chunk, false)).then(() => done(), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#send(dataFrames(this.id, Buffer.alloc(0), true)).then(() => done(), done);
  }

  /** Tells the other side that the stream is over, whatever is still under way. */
  reset(): void {
    this.#send(rstStream(this.id)).catch(() => undefined); // the connection is gone, and the stream with it
    this.destroy();
  }
}

/** Serves a SPDY/3.1 connection over a byte stream. Resolves when it is over; its streams are then destroyed. */
export async function serveSpdy(connection: Duplex, onStream: (stream: SpdyStream) => void): Promise<void> {
  const session = new Session(connection, onStream);
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of connection) {
      const parsed = parseFrames(Buffer.concat([rest, chunk as Buffer]));
      rest = parsed.rest;
      for (const frame of parsed.frames) await session.take(frame);
    }
  } finally {
    session.close();
    connection.destroy();
  }
}

class Session {
  readonly #connection: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #reader = new HeaderReader();
  readonly #streams = new Map<number, SpdyStream>();
  #replied = false;

  constructor(connection: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#connection = connection;
    this.#onStream = onStream;
  }

  async take(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'syn-stream':
        return this.#open(frame.id, await this.#reader.read(frame.block), frame.fin);
      case 'headers':
        await this.#reader.read(frame.block); // all blocks are one compressed stream
        return;
      case 'data': {
        const stream = this.#streams.get(frame.id);
        if (!stream || stream.destroyed) return;
        if (frame.body.length > 0 && !stream.push(frame.body)) await roomIn(stream);
        if (frame.fin) stream.push(null);
        return;
      }
      case 'rst-stream':
        this.#streams.get(frame.id)?.destroy();
        return;
      case 'ping':
        return this.#send(ping(frame.id));
    }
  }

  close(): void {
    this.#reader.close();
    for (const stream of this.#streams.values()) stream.destroy();
  }

  async #open(id: number, headers: ReadonlyMap<string, string>, fin: boolean): Promise<void> {
    const stream = new SpdyStream(id, headers, (frame) => this.#send(frame));
    stream.on('error', () => undefined); // the connection broke: told by its end
    stream.once('close', () => this.#streams.delete(id));
    this.#streams.set(id, stream);
    const first = !this.#replied;
    this.#replied = true;
    await this.#send(synReply(id, emptyHeaders(first)));
    if (fin) stream.push(null);
    this.#onStream(stream);
  }

  async #send(frame: Buffer): Promise<void> {
    const { destroyed, writableEnded } = this.#connection;
    if (destroyed || writableEnded) return;
    if (!this.#connection.write(frame))
      await Promise.race([once(this.#connection, 'drain'), once(this.#connection, 'close')]);
  }
}

/** Until the stream's reader wants more, or is gone. */
function roomIn(stream: SpdyStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.removeListener('room', done);
      stream.removeListener('close', done);
      resolve();
    };
    stream.once('room', done);
    stream.once('close', done);
  });
}
