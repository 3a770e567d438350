import { createTransport } from 'nodemailer';
import { FaultflixError } from '#base/errors.ts';
import type { Place } from '#base/names.ts';
import type { Endpoints } from '#kit/context.ts';
import type { Text } from './texts.ts';

export interface Letter extends Text {
  /** Of the event. */
  readonly id: string;
  readonly to: { readonly name: string; readonly address: string };
  readonly atMs: number;
}

/** Resolves when the mail server has taken it; rejects with `unavailable` otherwise, and says no address. */
export type Send = (letter: Letter) => Promise<void>;

export interface SmtpOptions {
  readonly endpoints: Pick<Endpoints, 'nearest'>;
  readonly place: Place;
  /** PEM of the root that the server's certificate is checked against. */
  readonly ca: string;
  /** By which the server's certificate is known, when not by its address. */
  readonly serverName?: string;
}

/** Together below the claim of a try, unless the server drips: then the receiver sees one Message-ID twice. */
export const smtpTimeouts = { connectionTimeout: 4_000, greetingTimeout: 4_000, socketTimeout: 8_000 } as const;

/** A connection a mail, with STARTTLS and TLS 1.3 or not at all. */
export function smtpSender({ endpoints, place, ca, serverName }: SmtpOptions): Send {
  return async ({ id, to, subject, text, html, atMs }) => {
    const [server] = endpoints.nearest(place);
    if (server === undefined) throw new FaultflixError('unavailable', 'no mail server is known', { where: 'mailbox' });
    const transport = createTransport({
      ...smtpTimeouts,
      host: server.host,
      port: server.port,
      name: 'email.faultflix.test',
      secure: false,
      requireTLS: true,
      tls: { ca, minVersion: 'TLSv1.3', ...(serverName ? { servername: serverName } : {}) },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from: { name: 'Faultflix', address: 'hello@faultflix.test' },
        to: { name: to.name, address: to.address },
        envelope: { from: 'hello@faultflix.test', to: to.address },
        messageId: `<${id}@faultflix.test>`,
        date: new Date(atMs),
        headers: { 'X-Faultflix-Event': id, 'Auto-Submitted': 'auto-generated' },
        ...{ subject, text, html },
      });
    } catch (thrown) {
      // The library's own error quotes what the server said, and that may be the address.
      const { code = 'unknown', responseCode, command } = thrown as Record<string, string | number | undefined>;
      const received = [code, responseCode, command].filter((part) => part !== undefined).join(' ');
      throw new FaultflixError('unavailable', 'the mail server did not take the mail', { where: 'mailbox', received });
    } finally {
      transport.close();
    }
  };
}
