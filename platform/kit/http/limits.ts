/**
 * What one client may cost a server before anybody knows who it is. A slow client is cheap for itself and dear for who
 * waits for it (https://owasp.org/www-community/attacks/Slow_Post_Attack), so everything that is waited for has an end.
 */
export interface HttpLimits {
  /** TCP connected, TLS not yet done. */
  readonly handshakeMs: number;
  /** From the connection (or the answer before) being used to the end of the headers: slowloris. */
  readonly headersMs: number;
  /** To the end of the body: slow POST. */
  readonly requestMs: number;
  /** How often Node looks for requests that are too slow: what they may take longer. */
  readonly checkMs: number;
  /** A connection on which nothing moves either way: who reads an answer one byte an hour. Longer than `keepAliveMs`. */
  readonly silenceMs: number;
  /** Longer than clients keep idle connections, so that it is they who close them: no request meets a closing one. */
  readonly keepAliveMs: number;
  /** All header lines together, request line included. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** Of a route that does not say otherwise. */
  readonly bodyBytes: number;
  /** At once; one more is closed at once. */
  readonly connections: number;
}

export const httpLimits: HttpLimits = {
  handshakeMs: 5_000,
  headersMs: 10_000,
  requestMs: 20_000,
  checkMs: 1_000,
  silenceMs: 120_000,
  keepAliveMs: 75_000,
  headerBytes: 16 * 1_024, // Node's own default: room for two tokens and a cookie
  headerCount: 100,
  bodyBytes: 64 * 1_024, // the largest body of any route of ours is under 1 kB
  connections: 8_000, // some 20 kB each while idle
};
