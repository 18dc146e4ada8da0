import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { FST_EDGE_INVALID_SERVER_NAME, FST_EDGE_SERVER_OF_ANOTHER_HOST } from './errors.js'
import { HTTP2_PROTOCOLS, serveHttp2 } from './http2/serve-http2.js'
import type { SessionRefused } from './http2/session-refusal.js'
import { CONNECTIONS_CHECKING_INTERVAL, DEFAULT_LIMITS, type HostServerLimits } from './limits.js'
import { answerClientErrors } from './requests/client-error.js'
import { endGentlyWithinBodies } from './requests/end-gently.js'
import type { RefusedRequest } from './requests/refused-request.js'
import { gateRequests } from './requests/request-gate.js'
import { serveInOrder } from './requests/request-order.js'
import { trackRequests } from './requests/request-tracker.js'
import { boundUnreadBodies } from './requests/unread-bodies.js'
import { normalizeServerName } from './server-name.js'
import { createHostSecureContext, type HostSecureContext } from './tls/secure-context.js'

/** What {@link createHostServer} takes. */
export interface HostServerOptions extends HostSecureContext {
  /** The one host name that this server answers for. Compared without case and trailing dot. */
  readonly serverName: string
  /** Whether a client certificate is asked for; it is never required at the handshake, the verdict comes later. */
  readonly clientCertificate: 'none' | 'request'
  /** Whether `h2` is offered beside `http/1.1`. Default: false. */
  readonly http2?: boolean
  /** Called where an HTTP/2 session is ended with an error. Must not throw. */
  readonly onHttp2Refused?: (refused: SessionRefused) => void
  /** Called where a request is answered that the listener never sees. Must not throw. */
  readonly onRequestRefused?: (refused: RefusedRequest) => void
  /** Default: {@link DEFAULT_LIMITS}, each one on its own. */
  readonly limits?: Partial<HostServerLimits>
}

/** Above the real limit, so that Node never cuts headers off before they are counted. */
const COUNTING_MARGIN = 2

const serverNames = new WeakMap<Server, string>()
const peekedName: unique symbol = Symbol('peeked name')

/** Why a property stands at {@link requestsOn}. */
interface Peeked {
  [peekedName]?: string
}

/**
 * Makes the https.Server of one host. It never listens: a front hands it connections by `emit('connection')`, and it
 * enforces its HTTP time limits all the same. Fits Fastify's `serverFactory: (handler) => createHostServer(options, handler)`.
 *
 * Only sessions of the secrets given resume; without them none (tickets off, no cache, keys and context of its own). ALPN is
 * `http/1.1` (and `h2` where asked for) or none at all, no renegotiation. A client certificate is neither required nor judged
 * here: OpenSSL's verdict is in `socket.authorized`, and
 * is worth nothing before the certificate itself was looked for.
 *
 * @throws {FST_EDGE_INVALID_SERVER_NAME} the name is no host name
 * @throws {FST_EDGE_RSA_CERTIFICATE_MISSING} `fapi1-advanced` without an RSA certificate
 * @throws {CertificateError} an anchor is no certificate
 * @throws {Error} OpenSSL cannot read a certificate or key, or a key does not fit its certificate
 */
export function createHostServer(
  options: HostServerOptions,
  requestListener?: RequestListener,
): Server {
  const serverName = normalizeServerName(options.serverName)
  if (serverName === null) throw new FST_EDGE_INVALID_SERVER_NAME(options.serverName)
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const onRequestRefused = options.onRequestRefused ?? (() => {})

  const server = createServer(
    {
      ...createHostSecureContext(options),
      requestCert: options.clientCertificate === 'request',
      rejectUnauthorized: false,
      ALPNProtocols: options.http2 === true ? HTTP2_PROTOCOLS : ['http/1.1'],
      insecureHTTPParser: false,
      // The gate answers a missing Host, in the edge's form.
      requireHostHeader: false,
      headersTimeout: limits.headersTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.keepAliveTimeout,
      maxHeaderSize: limits.maxHeaderSize,
      connectionsCheckingInterval: CONNECTIONS_CHECKING_INTERVAL,
    },
    requestListener && serveInOrder(gateRequests(limits, onRequestRefused, requestListener)),
  )
  server.maxHeadersCount = limits.maxHeadersCount * COUNTING_MARGIN
  server.timeout = limits.inactivityTimeout
  server.maxRequestsPerSocket = limits.maxRequestsPerSocket

  if (options.http2 === true && requestListener !== undefined) {
    const onRefused = options.onHttp2Refused ?? (() => {})
    serveHttp2(server, { limits, onRefused, onRequestRefused }, requestListener)
  }

  serverNames.set(server, serverName)
  // Before Node's own listener, which starts to read requests.
  server.prependListener('secureConnection', (socket: TLSSocket & Peeked) => {
    if (hasServerNameChanged(socket, serverName)) {
      socket.destroy()
      return
    }
    socket[peekedName] = serverName
    boundUnreadBodies(socket)
    endGentlyWithinBodies(socket)
  })
  trackRequests(server, limits.maxRequestsPerSocket)
  answerClientErrors(server)
  // A server that never listens starts neither its time limits nor closeIdleConnections: this event is what does.
  server.emit('listening')
  return server
}

/**
 * Gives a living server new certificates, profile, anchors or secrets of sessions: new handshakes use them, open connections
 * go on. No session from before is worth anything, unless the secrets are the same. The host name must be the same.
 *
 * @throws what {@link createHostServer} throws; the server then goes on as it was
 */
export function updateHostServer(server: Server, context: HostSecureContext): void {
  if (normalizeServerName(context.serverName) !== serverNameOf(server)) {
    throw new FST_EDGE_SERVER_OF_ANOTHER_HOST(context.serverName)
  }
  server.setSecureContext(createHostSecureContext(context))
}

/** The normalised host name a server was made for, or null when createHostServer did not make it. */
export function serverNameOf(server: Server): string | null {
  return serverNames.get(server) ?? null
}

/**
 * The normalised host name of the ClientHello that opened this connection: also on resumed TLS 1.2 sessions, where
 * `socket.servername` is false. Null for sockets that did not come through a host server.
 */
export function peekedServerName(socket: object & Peeked): string | null {
  return socket[peekedName] ?? null
}

/**
 * Whether OpenSSL saw another name than the front peeked at: after a HelloRetryRequest the client sends a second hello,
 * which only OpenSSL reads.
 */
export function hasServerNameChanged(socket: TLSSocket, serverName: string): boolean {
  const seen: unknown = socket.servername
  return typeof seen === 'string' && seen !== serverName && normalizeServerName(seen) !== serverName
}
