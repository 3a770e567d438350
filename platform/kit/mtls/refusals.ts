import type { Logger } from 'pino';
import type { Clock } from '#base/clock.ts';
import type { Protocol } from '#base/names.ts';
import type { Metrics } from '../metrics.ts';
import { seldom } from '../seldom.ts';

/** Why somebody is not served. */
export type Refusal =
  /** No TLS 1.3 handshake: another version, plaintext, or nothing in time. */
  | 'handshake'
  | 'no-certificate'
  | 'unknown-authority'
  | 'expired'
  /** A certificate of ours that names nobody, or a name its issuer may not give. */
  | 'no-identity'
  /** Somebody of ours, whom the table does not let in. */
  | 'not-allowed';

export type Refuse = (because: Refusal, details: Readonly<Record<string, unknown>>) => void;

export interface RefusalsOptions {
  readonly protocol: Protocol;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly clock: Clock;
}

/** Counts refusals by their reason, and says each kind now and then. */
export function refusals({ protocol, metrics, log, clock }: RefusalsOptions): Refuse {
  const refused = metrics.counter({
    name: 'peers_refused_total',
    help: 'Connections and calls refused for who the caller is, or is not',
    labels: ['protocol', 'because'],
  });
  const tells = new Map<Refusal, () => boolean>();
  return (because, details) => {
    refused.inc({ protocol, because });
    const tell = tells.get(because) ?? seldom(clock);
    tells.set(because, tell);
    log[tell() ? 'warn' : 'debug']({ code: because, protocol, ...details }, 'a caller was refused');
  };
}

/** Of OpenSSL's word for what is wrong with a chain: https://docs.openssl.org/master/man1/openssl-verification-options/. */
export function refusalOf(authorizationError: string): Refusal {
  if (/EXPIRED|NOT_YET_VALID/.test(authorizationError)) return 'expired';
  if (/PERMITTED_VIOLATION|EXCLUDED_VIOLATION|SUBTREE/.test(authorizationError)) return 'no-identity';
  return 'unknown-authority';
}
