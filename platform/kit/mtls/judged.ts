import type { TLSSocket } from 'node:tls';
import { type Peer, peerOf } from './peer.ts';
import { type Refuse, refusalOf } from './refusals.ts';

/** Who a connection is of; undefined when nobody of ours, and why is told. */
export function judged(
  socket: TLSSocket,
  refuse: (because: Parameters<Refuse>[0], why: string) => void,
): Peer | undefined {
  const { subjectaltname } = socket.getPeerCertificate() ?? {};
  if (socket.authorized) {
    const peer = peerOf(subjectaltname);
    if (peer === undefined) refuse('no-identity', subjectaltname ?? 'no names');
    return peer;
  }
  const why = String(socket.authorizationError);
  if (socket.getPeerX509Certificate() === undefined) refuse('no-certificate', why);
  else refuse(refusalOf(why), why);
  return undefined;
}
