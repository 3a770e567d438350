import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { byteRange, matches } from '#kit/http/range.ts';
import type { MediaFile } from './file.ts';

export const cors = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'content-length, content-range, etag',
  'timing-allow-origin': '*', // players measure bandwidth by it
} as const;

export type Servable = Pick<MediaFile, 'bytes' | 'etag' | 'contentType' | 'cacheControl'>;

export interface Serving {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
  readonly file: Servable;
  /** Bytes of the body handed to the socket, once, when the answer is whole or its connection is gone. */
  readonly onEnd: (bytes: number) => void;
}

/**
 * TLS encrypts whatever it is given at once, so a file given whole costs a viewer's connection its size again for as long
 * as that viewer reads. In parts of this size, the next when the one before is with the system, it costs one part.
 */
export const PART_BYTES = 256 * 1_024;

/** Answers with the file, a part of it, 304 or 416: RFC 9110. */
export function serveFile({ method, headers, response, file, onEnd }: Serving): void {
  const size = file.bytes.length;
  const common = { ...cors, etag: file.etag, 'cache-control': file.cacheControl, 'accept-ranges': 'bytes' };
  if (matches(headers['if-none-match'], file.etag)) {
    response.writeHead(304, common).end();
    onEnd(0);
    return;
  }
  // A range of an older version would not fit what the client has: If-Range wants a strong match.
  const ifRange = headers['if-range'];
  const sameVersion = ifRange === undefined || (ifRange === file.etag && !file.etag.startsWith('W/'));
  const range = byteRange(sameVersion ? headers.range : undefined, size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    onEnd(0);
    return;
  }
  const { start, end } = range === 'whole' ? { start: 0, end: size - 1 } : range;
  const length = end - start + 1;
  response.writeHead(range === 'whole' ? 200 : 206, {
    ...common,
    'content-type': file.contentType,
    'content-length': length,
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (method === 'HEAD' || length === 0) {
    response.end();
    onEnd(0);
    return;
  }
  const bytes = length === size ? file.bytes : file.bytes.subarray(start, end + 1);
  if (length <= PART_BYTES) {
    response.end(bytes);
    onEnd(length);
    return;
  }
  sendInParts(response, bytes, onEnd);
}

/** What is written in one go is copied into one piece before it is encrypted, so headers, parts and the end go alone. */
function sendInParts(response: ServerResponse, bytes: Buffer, onEnd: (bytes: number) => void): void {
  let sent = 0;
  const next = () => {
    const part = bytes.subarray(sent, sent + PART_BYTES);
    sent += part.length;
    response.write(part, (error) => {
      if (error) return; // the connection is gone: `close` follows
      if (sent < bytes.length) next();
      else response.end();
    });
  };
  response.once('close', () => onEnd(sent));
  response.flushHeaders();
  next();
}
