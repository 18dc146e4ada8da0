import type { RequestListener } from 'node:http'
import { requestsOn } from './connection-requests.js'

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
  return (request, response) => {
    const { socket } = request
    const requests = requestsOn(socket)
    const before = requests.latest
    requests.latest = response
    if (before === null || before.closed) {
      listener(request, response)
      return
    }
    if (requests.waiting >= MAX_WAITING) {
      socket.destroy()
      return
    }
    requests.waiting += 1
    before.once('close', () => {
      requests.waiting -= 1
      if (!socket.writableEnded && !socket.destroyed) listener(request, response)
    })
  }
}
