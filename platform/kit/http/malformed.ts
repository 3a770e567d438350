import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ErrorCode, FaultflixError } from '#base/errors.ts';
import { PROBLEM_TYPE, problemOf } from './problem.ts';

/** What Node's parser and clock refuse before there is a request; anything else is malformed. */
const codes: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'the headers are larger than is read here'],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['too-large', 'the extensions of a chunk are larger than is read here'],
  ERR_HTTP_REQUEST_TIMEOUT: ['too-slow', 'the request did not arrive in time'],
};

/** Says what is wrong, if the other side can still be told, and ends the connection: where the next request begins is unknown. */
export function refuseMalformed(error: Error & { readonly code?: string }, socket: Socket): void {
  const { _httpMessage: answering } = socket as { _httpMessage?: ServerResponse };
  // Errors of TLS come here too: there is nobody to talk to then.
  const ofHttp = error.code?.startsWith('HPE_') === true || error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (!ofHttp || !socket.writable || answering?.headersSent === true) {
    socket.destroy();
    return;
  }
  const [code, message] = codes[error.code ?? ''] ?? ['bad-input', 'this is not HTTP as it is spoken here'];
  const problem = problemOf(new FaultflixError(code, message, { expected: 'RFC 9112, to the letter' }));
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${problem.title}\r\ncontent-type: ${PROBLEM_TYPE}\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
