/** Frames of SPDY/3.1, as far as Kubernetes' streams use them (moby/spdystream): no flow control, no settings. */
export type Frame =
  | { readonly type: 'data'; readonly id: number; readonly fin: boolean; readonly body: Buffer }
  | { readonly type: 'syn-stream'; readonly id: number; readonly fin: boolean; readonly block: Buffer }
  | { readonly type: 'rst-stream'; readonly id: number }
  | { readonly type: 'ping'; readonly id: number }
  | { readonly type: 'go-away' }
  | { readonly type: 'headers'; readonly block: Buffer }
  | { readonly type: 'other' };

const CONTROL = 0x8003;
const kind = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7, headers: 8 } as const;
const FIN = 1;
const CANCEL = 5;
const MOST_BODY = 2 ** 24 - 1;

/** Takes whole frames off the front of the bytes; returns them and what is left. */
export function parseFrames(bytes: Buffer): { readonly frames: readonly Frame[]; readonly rest: Buffer } {
  const frames: Frame[] = [];
  let at = 0;
  while (bytes.length - at >= 8) {
    const end = at + 8 + bytes.readUIntBE(at + 5, 3);
    if (bytes.length < end) break;
    frames.push(parse(bytes, at, end));
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

function parse(bytes: Buffer, at: number, end: number): Frame {
  const fin = (bytes[at + 4]! & FIN) !== 0;
  const body = bytes.subarray(at + 8, end);
  if ((bytes[at]! & 0x80) === 0) return { type: 'data', id: bytes.readUInt32BE(at), fin, body };
  if (bytes.readUInt16BE(at) !== CONTROL) return { type: 'other' };
  switch (bytes.readUInt16BE(at + 2)) {
    case kind.synStream:
      return { type: 'syn-stream', id: streamId(body), fin, block: body.subarray(10) };
    case kind.synReply:
    case kind.headers:
      return { type: 'headers', block: body.subarray(4) };
    case kind.rstStream:
      return { type: 'rst-stream', id: streamId(body) };
    case kind.ping:
      return { type: 'ping', id: body.readUInt32BE(0) };
    case kind.goAway:
      return { type: 'go-away' };
    default:
      return { type: 'other' };
  }
}

const streamId = (body: Buffer) => body.readUInt32BE(0) & 0x7fffffff;

export function dataFrames(id: number, body: Buffer, fin: boolean): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  do {
    const piece = body.subarray(at, at + MOST_BODY);
    at += piece.length;
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head[4] = fin && at >= body.length ? FIN : 0;
    head.writeUIntBE(piece.length, 5, 3);
    pieces.push(head, piece);
  } while (at < body.length);
  return Buffer.concat(pieces);
}

export const synReply = (id: number, block: Buffer): Buffer => control(kind.synReply, Buffer.concat([word(id), block]));
export const rstStream = (id: number): Buffer => control(kind.rstStream, Buffer.concat([word(id), word(CANCEL)]));
export const ping = (id: number): Buffer => control(kind.ping, word(id));

function control(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(CONTROL, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
