import type { IncomingMessage } from 'node:http'
import { UnsupportedConnectionError } from '../errors.js'

const identity: unique symbol = Symbol('client connection')

/** Called in 'secureConnection', with the TLS socket itself: from then on {@link socketOf} finds it behind HTTP/2's proxies. */
export function identifySocket(socket: object): void {
  Object.defineProperty(socket, identity, { value: socket })
}

/**
 * The TLS socket that a request came over. Over HTTP/2 `raw.socket` is a proxy, another one for each stream, that hands the
 * reading of properties on to the socket; when the session is over, it stands for nothing.
 *
 * @throws FST_CERT_VERIFIER_UNSUPPORTED_CONNECTION an HTTP/2 request whose connection is not known: taken for one without a
 * certificate, it could pass where none is required
 * @see https://nodejs.org/api/http2.html#http2sessionsocket
 */
export function socketOf(raw: IncomingMessage): object {
  const { socket } = raw
  if (raw.httpVersionMajor < 2) return socket
  const identified: unknown = Reflect.get(socket, identity)
  if (typeof identified === 'object' && identified !== null) return identified
  throw new UnsupportedConnectionError()
}
