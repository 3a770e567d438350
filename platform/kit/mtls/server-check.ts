import type { PeerCertificate } from 'node:tls';
import { FaultflixError } from '#base/errors.ts';
import { type Peer, peerOf, peerUri } from './peer.ts';

/** For `tls.connect`: an error unless the server proves that it is `expected`, whatever its address. */
export function isPeer(expected: Peer): (host: string, certificate: PeerCertificate) => FaultflixError | undefined {
  return (host, { subjectaltname }) => {
    const found = peerOf(subjectaltname);
    if (found?.service === expected.service && found.region === expected.region) return undefined;
    return new FaultflixError('unauthenticated', 'the server is not who is meant', {
      expected: peerUri(expected),
      received: found ? peerUri(found) : (subjectaltname ?? 'no names'),
      where: host,
    });
  };
}
