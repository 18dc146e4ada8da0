import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:https'
import type { TLSSocket } from 'node:tls'

interface Tracker {
  readonly inFlight: Set<ServerResponse>
  /** Connections without a request so far, with the bytes that had come in when the handshake ended. */
  readonly fresh: Map<TLSSocket, number>
  mode: 'open' | 'retiring' | 'draining'
}

const trackers = new WeakMap<Server, Tracker>()

/** Counts a server's requests in flight, so that it can be retired or drained by events alone. */
export function trackRequests(server: Server): void {
  const tracker: Tracker = { inFlight: new Set(), fresh: new Map(), mode: 'open' }
  trackers.set(server, tracker)

  server.on('secureConnection', (socket: TLSSocket) => {
    tracker.fresh.set(socket, socket.bytesRead)
    socket.once('close', () => tracker.fresh.delete(socket))
  })
  // Before the service's own listener, so that `Connection: close` is there when it answers.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    tracker.fresh.delete(request.socket as TLSSocket)
    tracker.inFlight.add(response)
    if (tracker.mode !== 'open') response.setHeader('connection', 'close')
    response.once('close', () => {
      tracker.inFlight.delete(response)
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
  announceClose(tracker)
}

/** Closes idle connections now and each other one after its answer. */
export function drainRequests(server: Server): void {
  const tracker = trackers.get(server)
  if (tracker === undefined) return
  tracker.mode = 'draining'
  announceClose(tracker)
  server.closeIdleConnections()
  for (const [socket, bytesRead] of tracker.fresh) {
    // Node counts a connection as busy until its first request; with nothing read since the handshake it is idle.
    if (socket.bytesRead === bytesRead) socket.destroySoon()
  }
}

function announceClose(tracker: Tracker): void {
  for (const response of tracker.inFlight) {
    if (!response.headersSent) response.setHeader('connection', 'close')
  }
}
