import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { signLeaf } from '#kit/sign-leaf.ts';
import { testAuthorities } from '#kit/testing/certificates.ts';

export interface Taken {
  readonly to: readonly string[];
  readonly raw: string;
}

/** A mail server on a real port; `treat` says a code to refuse a recipient with. */
export async function testServer({ tls = true } = {}) {
  const { root, issuer } = await testAuthorities();
  const leaf = await signLeaf({
    ...{ issuerCert: issuer.cert, issuerKey: issuer.key },
    ...{ commonName: 'mail.test', names: ['mail.test', '127.0.0.1'], nowMs: Date.now() },
  });
  const taken: Taken[] = [];
  const rules = { refuse: (_address: string): number | undefined => undefined };
  const server = new SMTPServer({
    ...leaf,
    authOptional: true,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = rules.refuse(address);
      done(responseCode === undefined ? null : Object.assign(new Error(`not ${address}`), { responseCode }));
    },
    onData: (stream, { envelope }, done) => {
      buffer(stream).then(
        (raw) => {
          taken.push({ to: envelope.rcptTo.map(({ address }) => address), raw: raw.toString('utf8') });
          done();
        },
        (thrown) => done(thrown),
      );
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const endpoint = { host: '127.0.0.1', port } as never;
  const close = () => new Promise<void>((closed) => server.close(() => closed()));
  return { ca: root.cert, taken, rules, close, endpoints: { nearest: () => [endpoint] } };
}
