import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { onRequestHookHandler } from 'fastify'

/** How long a body may take that is no import, in milliseconds: the largest one is a megabyte. */
const BODY_TIMEOUT = 30_000

/** The request whose body is coming, or came last. */
interface Body {
  request: IncomingMessage
  timer: NodeJS.Timeout
}

/** By connection: one body comes after the other. */
const bodies = new WeakMap<Socket, Body>()

/**
 * Makes the hook that cuts a connection whose body does not come in time, whether anybody still wants it or not. The server's own
 * limit is that of an import, an hour: with it, whoever has no token could hold every connection of the listener by bodies that
 * never end, and its operators could not come in.
 */
export function boundBodies(timeout: number = BODY_TIMEOUT): onRequestHookHandler {
  return ({ raw: request }, _reply, done) => {
    const { socket } = request
    const timer = setTimeout(() => {
      if (!request.complete) socket.destroy()
    }, timeout)
    const body = bodies.get(socket)
    if (body === undefined) {
      // A request that has its answer is not told that its connection has closed.
      const first = { request, timer }
      bodies.set(socket, first)
      socket.once('close', () => clearTimeout(first.timer))
    } else {
      clearTimeout(body.timer)
      body.request = request
      body.timer = timer
    }
    done()
  }
}

/** For a request whose sender is known, and whose body may take as long as the server lets it. */
export function allowSlowBody(raw: IncomingMessage): void {
  const body = bodies.get(raw.socket)
  if (body?.request === raw) clearTimeout(body.timer)
}
