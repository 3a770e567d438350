import { constants, createInflate } from 'node:zlib';
import { FaultflixError } from '#base/errors.ts';

const words =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow authorization cache-control connection content-base content-encoding content-language content-length content-location content-md5 content-range content-type date etag expect expires from host if-match if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning www-authenticate method get status'.split(
    ' ',
  );
const rest =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';
const counted = (text: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, Buffer.from(text)]);
};

/** What both sides of SPDY/3.1 compress headers against (SPDY protocol draft 3.1, 2.6.10.1). */
export const dictionary = Buffer.concat([
  ...[...words, '200 OK', 'version', 'HTTP/1.1', 'url', 'public', 'set-cookie', 'keep-alive', 'origin'].map(counted),
  Buffer.from(rest),
]);

/** Reads the header blocks of one direction, in their order: they are one compressed stream. */
export class HeaderReader {
  readonly #inflate = createInflate({ dictionary, flush: constants.Z_SYNC_FLUSH });

  /** Names in lower case. Rejects when the block is none. */
  read(block: Buffer): Promise<Map<string, string>> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown) =>
        reject(new FaultflixError('bad-input', 'a SPDY header block that does not decompress', { cause }));
      this.#inflate.once('error', fail);
      this.#inflate.write(block, () => {
        this.#inflate.removeListener('error', fail);
        const pieces: Buffer[] = [];
        for (let piece = this.#inflate.read(); piece !== null; piece = this.#inflate.read()) pieces.push(piece);
        try {
          resolve(parse(Buffer.concat(pieces)));
        } catch (cause) {
          fail(cause);
        }
      });
    });
  }

  close(): void {
    this.#inflate.destroy();
  }
}

function parse(block: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 4;
  const text = () => {
    const end = at + 4 + block.readUInt32BE(at);
    const value = block.toString('utf8', at + 4, end);
    at = end;
    return value;
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = text().toLowerCase();
    headers.set(name, text());
  }
  return headers;
}

const ZLIB_HEADER = Buffer.from([0x78, 0x01]);
/** Four zero bytes (no headers) as a block that deflate leaves uncompressed (RFC 1951, 3.2.4), and an empty one: a flush. */
const NO_HEADERS = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff]);

/** The block of a reply without headers; the first of a connection begins the compressed stream. */
export const emptyHeaders = (first: boolean): Buffer => (first ? Buffer.concat([ZLIB_HEADER, NO_HEADERS]) : NO_HEADERS);
