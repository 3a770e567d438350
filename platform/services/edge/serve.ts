import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { MediaFile } from './media.ts';
import { byteRange, matches } from '#kit/http/range.ts';

export const cors = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'content-length, content-range, etag',
} as const;

export interface Serving {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
  readonly file: MediaFile;
  /** Bytes of the body handed to the socket, or the error that broke a stream. */
  readonly onEnd: (bytes: number, error?: Error) => void;
}

/** Answers with the file, a part of it, 304 or 416: RFC 9110. */
export function serveFile({ method, headers, response, file, onEnd }: Serving): void {
  const common = {
    ...cors,
    etag: file.etag,
    'cache-control': file.cacheControl,
    'accept-ranges': 'bytes',
  };
  if (matches(headers['if-none-match'], file.etag)) {
    response.writeHead(304, common).end();
    onEnd(0);
    return;
  }
  // A range of an older version would not fit what the client has: If-Range wants a strong match.
  const ifRange = headers['if-range'];
  const sameVersion = ifRange === undefined || (ifRange === file.etag && !file.etag.startsWith('W/'));
  const range = byteRange(sameVersion ? headers.range : undefined, file.size);
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${file.size}`, 'content-length': 0 }).end();
    onEnd(0);
    return;
  }
  const { start, end } = range === 'whole' ? { start: 0, end: file.size - 1 } : range;
  const length = end - start + 1;
  response.writeHead(range === 'whole' ? 200 : 206, {
    ...common,
    'content-type': file.contentType,
    'content-length': length,
    ...(range === 'whole' ? {} : { 'content-range': `bytes ${start}-${end}/${file.size}` }),
  });
  if (method === 'HEAD' || length === 0) {
    response.end();
    onEnd(0);
    return;
  }
  if (file.bytes) {
    response.end(range === 'whole' ? file.bytes : file.bytes.subarray(start, end + 1));
    onEnd(length);
    return;
  }
  pipeline(file.stream({ start, end }), response, (error) => onEnd(error ? 0 : length, error ?? undefined));
}
