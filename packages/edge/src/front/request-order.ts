import type { RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Requests that may wait for the one before them on a connection. OAuth clients and browsers send none before they have the
 * answer; whoever sends hundreds wants to take every place on the way to Auth0 from one connection.
 */
const MAX_WAITING = 10

/**
 * Wraps a request listener so that a connection is served one request at a time, in order.
 *
 * Node hands out pipelined requests as fast as it parses them. A request that is refused, and whose connection is to be
 * closed, may then already have another one at work behind it, one that was hidden in its body. Here that one is never
 * looked at: what follows an answer with `Connection: close` does not exist.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2 on pipelining
 */
export function serveInOrder(listener: RequestListener): RequestListener {
  const latest = new WeakMap<Socket, ServerResponse>()
  const waiting = new WeakMap<Socket, number>()

  return (request, response) => {
    const { socket } = request
    const before = latest.get(socket)
    latest.set(socket, response)
    if (before === undefined || before.closed) {
      listener(request, response)
      return
    }
    const count = (waiting.get(socket) ?? 0) + 1
    if (count > MAX_WAITING) {
      socket.destroy()
      return
    }
    waiting.set(socket, count)
    before.once('close', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1)
      if (!socket.writableEnded && !socket.destroyed) listener(request, response)
    })
  }
}
