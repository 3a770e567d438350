import type { Socket } from 'node:net';
import { connect } from 'node:tls';
import { CallCredentials, ChannelCredentials, type experimental } from '@grpc/grpc-js';
import type { Certificates } from './certificates.ts';
import { type Peer, peerName } from './peer.ts';
import { isPeer } from './server-check.ts';

type Connector = experimental.SecureConnector;
type Connected = experimental.SecureConnectResult;

/**
 * grpc-js's own credentials keep the certificate that they were made with, or build a context at each connection and take no
 * lowest version; these take what is current, TLS 1.3 alone, and the one server that is meant.
 */
export class PeerChannelCredentials extends ChannelCredentials {
  readonly #certificates: Certificates;
  readonly #expected: Peer;
  readonly #onFailure: (why: Error) => void;

  /** `onFailure` hears why a handshake failed: grpc-js says no more than that there is no connection. */
  constructor(certificates: Certificates, expected: Peer, onFailure: (why: Error) => void) {
    super();
    this.#certificates = certificates;
    this.#expected = expected;
    this.#onFailure = onFailure;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(_target: unknown, _options: unknown, calls?: CallCredentials): Connector {
    return {
      connect: (socket) => this.#connect(socket),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => calls ?? CallCredentials.createEmpty(),
      destroy: () => undefined,
    };
  }

  #connect(socket: Socket): Promise<Connected> {
    const secure = connect({
      socket,
      secureContext: this.#certificates.current.context,
      servername: peerName(this.#expected),
      checkServerIdentity: isPeer(this.#expected),
      ALPNProtocols: ['h2'],
    });
    return new Promise((resolve, reject) => {
      const failed = (why: Error) => {
        this.#onFailure(why);
        reject(why);
      };
      secure.once('secureConnect', () => {
        secure.off('close', closed);
        resolve({ socket: secure, secure: true });
      });
      const closed = () => failed(new Error('the connection ended during the handshake'));
      secure.once('close', closed);
      // Stays: an error of a connection that stood is the session's to see, and nobody's to die of.
      secure.on('error', failed);
    });
  }
}
