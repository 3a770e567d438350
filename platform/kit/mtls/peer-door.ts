/**
 * Where other services come in: TLS 1.3, and a certificate of our authority that says who they are. What is behind the door
 * meets nobody else.
 */

import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { FaultflixError, messageOf } from '#base/errors.ts';
import { httpLimits } from '../http/limits.ts';
import type { Certificates, Current } from './certificates.ts';
import { judged } from './judged.ts';
import type { Peer } from './peer.ts';
import type { Refuse } from './refusals.ts';

export interface PeerDoorOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly certificates: Certificates;
  readonly refuse: Refuse;
  readonly enter: (socket: TLSSocket, peer: Peer) => void;
}

export interface PeerDoor {
  readonly port: number;
  /** Who is at the other end of a connection that stands, by its address and port. */
  peerAt(address: string): Peer | undefined;
  /** Lets nobody in any more; resolves when all who are inside have left. */
  close(): Promise<void>;
}

const serverContext = ({ leaf, ca }: Current) => ({
  ...leaf,
  ca,
  minVersion: 'TLSv1.3' as const,
  // A session that is resumed shows its certificate as it was checked then.
  secureOptions: constants.SSL_OP_NO_TICKET,
});

/** Rejects with `could-not-run` when the port cannot be bound. */
export async function peerDoor({ host, port, certificates, refuse, enter }: PeerDoorOptions): Promise<PeerDoor> {
  const inside = new Map<string, { readonly socket: TLSSocket; readonly peer: Peer }>();
  const server = createServer({
    ...serverContext(certificates.current),
    requestCert: true,
    rejectUnauthorized: false, // judged here, where the reason can be told
    ALPNProtocols: ['h2'],
    handshakeTimeout: httpLimits.handshakeMs,
  });
  certificates.onChange((current) => server.setSecureContext(serverContext(current)));
  server.on('tlsClientError', (error, { remoteAddress }) =>
    refuse('handshake', { remoteAddress, why: messageOf(error) }),
  );
  server.on('secureConnection', (socket) => {
    // They are the session's to see; before there is one, nobody's.
    socket.on('error', () => undefined);
    const { remoteAddress, remotePort } = socket;
    const peer = judged(socket, (because, why) => refuse(because, { remoteAddress, why }));
    if (peer === undefined || socket.alpnProtocol !== 'h2') return void socket.destroy();
    const address = `${remoteAddress}:${remotePort}`;
    inside.set(address, { socket, peer });
    socket.once('close', () => {
      if (inside.get(address)?.socket === socket) inside.delete(address);
    });
    enter(socket, peer);
  });
  server.listen(port, host);
  await once(server, 'listening').catch((cause) => {
    throw new FaultflixError('could-not-run', 'the gRPC port cannot be bound', { where: `${host}:${port}`, cause });
  });
  return {
    port: (server.address() as AddressInfo).port,
    peerAt: (address) => inside.get(address)?.peer,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
