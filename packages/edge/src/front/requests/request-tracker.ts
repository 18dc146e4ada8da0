import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { http2SessionsOf } from '../http2/serve-http2.js'
import { Roster } from '../roster.js'
import {
  type ConnectionRequests,
  closeAnswer,
  isUnused,
  isWithinAnsweredBody,
  openAnswer,
  requestsOn,
} from './connection-requests.js'
import { hurryEnd } from './end-gently.js'

interface Tracker {
  readonly connections: Roster<ConnectionRequests>
  mode: 'open' | 'retiring' | 'draining'
}

const trackers = new WeakMap<Server, Tracker>()

/**
 * Counts a server's requests, so that it can be retired or drained by events alone, and so that a connection ends with its
 * last permitted request: Node says `Connection: close` there, but leaves the connection open.
 */
export function trackRequests(server: Server, maxRequestsPerSocket: number): void {
  const tracker: Tracker = { connections: new Roster(), mode: 'open' }
  trackers.set(server, tracker)

  server.on('secureConnection', (socket: TLSSocket) => {
    // Sessions of HTTP/2 are kept apart.
    if (socket.alpnProtocol === 'h2') return
    const requests = requestsOn(socket)
    requests.unusedAt = socket.bytesRead
    tracker.connections.add(requests)
    if (tracker.mode === 'draining') hurryEnd(socket)
    socket.on('close', () => {
      tracker.connections.delete(requests)
      // Node 22 doesn't tell answers that wait in line that their connection has ended.
      requests.open = []
    })
  })
  // Before the service's own listener, so that `Connection: close` is there when it answers.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const requests = requestsOn(request.socket)
    openAnswer(requests, response)
    if (tracker.mode !== 'open' || requests.count >= maxRequestsPerSocket) {
      response.setHeader('connection', 'close')
    }
    response.once('close', () => {
      closeAnswer(requests, response)
      // Answers whose headers were out before the drain began leave their connection open.
      if (tracker.mode !== 'draining') return
      if (isWithinAnsweredBody(requests)) requests.socket.destroySoon()
      else setImmediate(() => server.closeIdleConnections())
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

/** Closes idle connections now and each other one after its answer; no client holds that up for long by sending on. */
export function drainRequests(server: Server): void {
  const tracker = trackers.get(server)
  if (tracker === undefined) return
  tracker.mode = 'draining'
  http2SessionsOf(server)?.drain()
  announceClose(tracker)
  server.closeIdleConnections()
  for (const requests of tracker.connections) {
    const { socket } = requests
    hurryEnd(socket)
    // Node counts a connection as busy until its first request; with nothing read since the handshake it is idle. And it counts one as
    // busy whose request has its answer, and a body that is still coming.
    if (isUnused(socket) || isWithinAnsweredBody(requests)) socket.destroySoon()
  }
}

function announceClose(tracker: Tracker): void {
  for (const { open } of tracker.connections) {
    for (const answer of open) if (!answer.headersSent) answer.setHeader('connection', 'close')
  }
}
