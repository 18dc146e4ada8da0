import type { RequestListener } from 'node:http'
import { constants, createServer, type Http2Server } from 'node:http2'
import type { Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { HostServerLimits } from '../limits.js'
import type { RefusedRequest } from '../requests/refused-request.js'
import {
  HEADER_TABLE_SIZE,
  MAX_CONCURRENT_STREAMS,
  MAX_SESSION_MEGABYTES,
  PSEUDO_HEADERS,
  REFUSED_BY_ANSWER,
  UNANSWERED_REQUESTS,
  UNANSWERED_REQUESTS_PER_SECOND,
  WINDOW_SIZE,
} from './limits.js'
import type { WatchContext } from './session-watch.js'
import { createHttp2Sessions, type Http2Sessions } from './sessions.js'
import { gateStreams, type Http2Listener } from './stream-gate.js'

/** What is told of sessions and requests that end before the service sees them. */
export interface Http2Context extends WatchContext {
  readonly onRequestRefused: (refused: RefusedRequest) => void
}

const sessionsOf = new WeakMap<Server, Http2Sessions>()

/** The protocols of a host that speaks HTTP/2: the first one that the client knows too. */
export const HTTP2_PROTOCOLS = ['h2', 'http/1.1']

/**
 * Lets a host's server speak HTTP/2 on the connections whose client chose `h2` in the handshake. All others stay with Node's
 * HTTP/1 as they were: nothing is decided by the first bytes, and h2c does not exist.
 *
 * Requests go to the same listener. There is no server push, no extended CONNECT, no priorities.
 */
export function serveHttp2(server: Server, context: Http2Context, listener: RequestListener): void {
  const { limits, onRequestRefused } = context
  const sessions = createHttp2Sessions(context)
  sessionsOf.set(server, sessions)
  const http2 = createSessionServer(limits)

  const gate = gateStreams(limits, sessions.answerWith, onRequestRefused, (request, response) => {
    Reflect.apply(listener, server, [request, response])
  })
  const serve: Http2Listener = (request, response) => {
    const socket = sessions.socketOf(request.stream.session)
    if (socket === null) return
    // Node's own is a proxy, another one for each stream, under which nothing that is kept by the socket is found again, and
    // behind which there is nothing any more when the session has ended.
    Object.defineProperty(request, 'socket', { value: socket })
    gate(request, response)
  }
  http2.on('request', serve)
  // Node would answer 417 by itself; the path guard refuses all but 100-continue, in the edge's form.
  http2.on('checkExpectation', serve)
  // Goes to the path guard's listener, as on HTTP/1. Without one nothing is served.
  http2.on('connect', (request, response) => {
    if (!Reflect.apply(server.emit, server, ['connect', request, response])) {
      response.stream.close(constants.NGHTTP2_REFUSED_STREAM)
    }
  })

  // Node's own listener, which reads HTTP/1 from whatever connection it gets.
  const readHttp1 = server.listeners('secureConnection')
  server.removeAllListeners('secureConnection')
  server.on('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol !== 'h2') {
      for (const read of readHttp1) Reflect.apply(read, server, [socket])
      return
    }
    if (socket.destroyed) return
    http2.once('session', (session) => sessions.add(session, socket))
    http2.emit('connection', socket)
  })
}

/** The HTTP/2 sessions of a host's server; null where it speaks HTTP/1 alone. */
export function http2SessionsOf(server: Server): Http2Sessions | null {
  return sessionsOf.get(server) ?? null
}

/** Never listens: it is given TLS connections one by one. */
function createSessionServer(limits: HostServerLimits): Http2Server {
  return createServer({
    streamResetBurst: UNANSWERED_REQUESTS,
    streamResetRate: UNANSWERED_REQUESTS_PER_SECOND,
    maxSessionMemory: MAX_SESSION_MEGABYTES,
    maxHeaderListPairs: (limits.maxHeadersCount + PSEUDO_HEADERS) * REFUSED_BY_ANSWER,
    settings: {
      maxConcurrentStreams: MAX_CONCURRENT_STREAMS,
      maxHeaderListSize: limits.maxHeaderSize * REFUSED_BY_ANSWER,
      initialWindowSize: WINDOW_SIZE,
      headerTableSize: HEADER_TABLE_SIZE,
      enablePush: false,
      enableConnectProtocol: false,
    },
  })
}
