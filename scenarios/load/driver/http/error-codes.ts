/**
 * k6's error codes: https://grafana.com/docs/k6/latest/javascript-api/error-codes/. A failure of the network by what
 * Node and undici report, an HTTP status from 400 on as 1000 + status.
 */
export interface Failure {
  readonly code: number;
  readonly message: string;
}

const byNodeCode: Readonly<Record<string, Failure>> = {
  ENOTFOUND: { code: 1101, message: 'lookup: no such host' },
  EAI_AGAIN: { code: 1100, message: 'lookup: temporary failure' },
  EPIPE: { code: 1201, message: 'write: broken pipe' },
  ETIMEDOUT: { code: 1211, message: 'dial: i/o timeout' },
  UND_ERR_CONNECT_TIMEOUT: { code: 1211, message: 'dial: i/o timeout' },
  ECONNREFUSED: { code: 1212, message: 'dial: connection refused' },
  EHOSTUNREACH: { code: 1213, message: 'dial: no route to host' },
  ENETUNREACH: { code: 1213, message: 'dial: network is unreachable' },
  ECONNRESET: { code: 1220, message: 'read: connection reset by peer' },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { code: 1310, message: 'x509: certificate signed by unknown authority' },
  SELF_SIGNED_CERT_IN_CHAIN: { code: 1310, message: 'x509: certificate signed by unknown authority' },
  DEPTH_ZERO_SELF_SIGNED_CERT: { code: 1310, message: 'x509: certificate signed by unknown authority' },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { code: 1310, message: 'x509: certificate signed by unknown authority' },
  ERR_TLS_CERT_ALTNAME_INVALID: { code: 1311, message: "x509: certificate doesn't match hostname" },
  CERT_HAS_EXPIRED: { code: 1300, message: 'x509: certificate has expired' },
};

export const timedOut: Failure = { code: 1050, message: 'request timeout' };

export function failureOf(thrown: unknown): Failure {
  const { code = '', message } = thrown as { code?: string; message: string };
  const known = byNodeCode[code];
  if (known) return known;
  // The peer closed in the middle: Go reads "unexpected EOF", which k6 has no number of its own for.
  if (code === 'UND_ERR_SOCKET') return { code: 1000, message: `unexpected EOF: ${message}` };
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return { code: 1300, message };
  return { code: 1000, message: code === '' ? message : `${code}: ${message}` };
}

/** 0 for a status below 400. */
export const statusCodeOf = (status: number): number => (status >= 400 && status < 600 ? 1000 + status : 0);
