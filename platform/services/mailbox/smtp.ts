import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import type { Clock } from '#base/clock.ts';
import { asFaultflixError } from '#base/errors.ts';
import type { Metrics } from '#kit/metrics.ts';
import type { RunningServer } from '#kit/servers.ts';
import type { Leaf } from '#kit/tls.ts';
import type { Mails } from './mails.ts';

export interface SmtpServerParts {
  readonly mails: Pick<Mails, 'take'>;
  readonly leaf: Leaf;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'counter'>;
  readonly log: Pick<Logger, 'warn' | 'debug'>;
}

export const smtpLimits = { mailBytes: 256 * 1024, recipients: 20, clients: 200, socketTimeoutMs: 30_000 } as const;

export interface RunningSmtp extends RunningServer {
  readonly port: number;
  /** Connections from now on are shown this certificate. */
  renew(leaf: Leaf): void;
}

/** Takes every mail that comes encrypted. */
export async function startSmtp(
  { mails, leaf, clock, metrics, log }: SmtpServerParts,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<RunningSmtp> {
  const counted = metrics.counter({
    name: 'mails_taken_total',
    help: 'Mails by what became of them',
    labels: ['outcome'],
  });
  const server = new SMTPServer({
    ...tlsOf(leaf),
    name: 'mailbox.faultflix.test',
    authOptional: true,
    disabledCommands: ['AUTH'],
    disableReverseLookup: true,
    size: smtpLimits.mailBytes,
    maxClients: smtpLimits.clients,
    socketTimeout: smtpLimits.socketTimeoutMs,
    closeTimeout: 1_000,
    onMailFrom: (_address, session, done) =>
      done(session.secure ? null : refusal(530, 'Must issue a STARTTLS command first')),
    onRcptTo: (_address, session, done) =>
      done(session.envelope.rcptTo.length < smtpLimits.recipients ? null : refusal(452, 'Too many recipients')),
    onData: (stream, session, done) => {
      take(stream, session).then(
        (outcome) => done(null, outcome === 'kept' ? 'Kept' : 'Kept before'),
        (thrown) => {
          counted.inc({ outcome: 'refused' });
          done('responseCode' in Object(thrown) ? thrown : refusal(452, asFaultflixError(thrown).message));
        },
      );
    },
  });

  const take = async (stream: Readable & { sizeExceeded: boolean }, session: SMTPServerSession) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      // The rest is read and dropped: the answer comes after the last byte.
      if (bytes <= smtpLimits.mailBytes) chunks.push(chunk);
    }
    if (stream.sizeExceeded || bytes > smtpLimits.mailBytes) throw refusal(552, 'The mail is too large');
    const {
      messageId = '',
      subject = '',
      text = '',
      html = '',
      headers,
    } = await PostalMime.parse(Buffer.concat(chunks));
    const shown = headers.map(({ key, value }) => ({ key, value }));
    let outcome: 'kept' | 'duplicate' = 'duplicate';
    for (const { address: to } of session.envelope.rcptTo) {
      const became = await mails.take({ messageId, to, subject, text, html, headers: shown, atMs: clock.now() });
      counted.inc({ outcome: became });
      if (became === 'kept') outcome = 'kept';
    }
    return outcome;
  };

  server.on('error', (err) => log.debug({ err }, 'a connection failed'));
  server.listen(port, host);
  await once(server.server, 'listening');
  const address = server.server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    renew: (renewed) => server.updateSecureContext(tlsOf(renewed)),
    leave: () => undefined,
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

const tlsOf = ({ cert, key }: Leaf) => ({ cert, key, minVersion: 'TLSv1.3' as const });

const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), { responseCode });
