import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { requestsOn } from './connection-requests.js'
import { http2SessionsOf } from './http2/serve-http2.js'

interface Tracker {
  readonly inFlight: Set<ServerResponse>
  /** Connections without a request so far, with the bytes that had come in when the handshake ended. */
  readonly fresh: Map<Socket, number>
  mode: 'open' | 'retiring' | 'draining'
}

const trackers = new WeakMap<Server, Tracker>()

/**
 * Counts a server's requests, so that it can be retired or drained by events alone, and so that a connection ends with its
 * last permitted request: Node says `Connection: close` there, but leaves the connection open.
 */
export function trackRequests(server: Server, maxRequestsPerSocket: number): void {
  const tracker: Tracker = {
    inFlight: new Set(),
    fresh: new Map(),
    mode: 'open',
  }
  trackers.set(server, tracker)

  server.on('secureConnection', (socket: TLSSocket) => {
    // Sessions of HTTP/2 are kept apart.
    if (socket.alpnProtocol === 'h2') return
    tracker.fresh.set(socket, socket.bytesRead)
    socket.once('close', () => {
      tracker.fresh.delete(socket)
      // Node 22 doesn't tell these that their connection has ended.
      for (const response of requestsOn(socket).queued ?? []) tracker.inFlight.delete(response)
    })
  })
  // Before the service's own listener, so that `Connection: close` is there when it answers.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const requests = requestsOn(request.socket)
    if (requests.count === 0) tracker.fresh.delete(request.socket)
    requests.count += 1
    tracker.inFlight.add(response)
    if (response.socket === null) {
      requests.queued ??= new Set()
      requests.queued.add(response)
    }
    if (tracker.mode !== 'open' || requests.count >= maxRequestsPerSocket) {
      response.setHeader('connection', 'close')
    }
    response.once('close', () => {
      tracker.inFlight.delete(response)
      requests.queued?.delete(response)
      if (requests.latest === response) requests.latest = null
      // Answers whose headers were out before the drain began leave their connection open.
      if (tracker.mode === 'draining') setImmediate(() => server.closeIdleConnections())
    })
  })
}

/**
 * Lets a replaced server fade away: every answer from now on closes its connection, and idle connections stay until their
 * next request, so that no client meets a connection closed under its hands.
 */
export function retireRequests(server: Server): void {
  const tracker = trackers.get(server)
  if (tracker === undefined || tracker.mode !== 'open') return
  tracker.mode = 'retiring'
  http2SessionsOf(server)?.retire()
  announceClose(tracker)
}

/** Closes idle connections now and each other one after its answer. */
export function drainRequests(server: Server): void {
  const tracker = trackers.get(server)
  if (tracker === undefined) return
  tracker.mode = 'draining'
  http2SessionsOf(server)?.drain()
  announceClose(tracker)
  server.closeIdleConnections()
  for (const socket of tracker.fresh.keys()) {
    // Node counts a connection as busy until its first request; with nothing read since the handshake it is idle.
    if (isUnused(server, socket)) socket.destroySoon()
  }
}

/** Whether nothing has come on this connection since its handshake. */
export function isUnused(server: Server, socket: Socket): boolean {
  return trackers.get(server)?.fresh.get(socket) === socket.bytesRead
}

/** Whether an answer on this connection has begun, so that no other may be written into it. */
export function hasStartedAnswer(server: Server, socket: Socket): boolean {
  for (const response of trackers.get(server)?.inFlight ?? []) {
    if (response.socket === socket && response.headersSent) return true
  }
  return false
}

/** The answer that is being made on this connection to a request that came whole; null where there is none. */
export function findAnswerInFlight(server: Server, socket: Socket): ServerResponse | null {
  for (const response of trackers.get(server)?.inFlight ?? []) {
    if (response.req.socket === socket && response.req.complete) return response
  }
  return null
}

function announceClose(tracker: Tracker): void {
  for (const response of tracker.inFlight) {
    if (!response.headersSent) response.setHeader('connection', 'close')
  }
}
