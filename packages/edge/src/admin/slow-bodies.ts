import type { IncomingMessage } from 'node:http'
import type { onRequestHookHandler } from 'fastify'

/** How long a body may take that is no import, in milliseconds: the largest one is a megabyte. */
const BODY_TIMEOUT = 30_000

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>()

/**
 * Makes the hook that cuts a connection whose body does not come in time, whether anybody still wants it or not. The server's own
 * limit is that of an import, an hour: with it, whoever has no token could hold every connection of the listener by bodies that
 * never end, and its operators could not come in.
 */
export function boundBodies(timeout: number = BODY_TIMEOUT): onRequestHookHandler {
  return ({ raw }, _reply, done) => {
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.destroy()
    }, timeout)
    timers.set(raw, timer)
    raw.once('close', () => clearTimeout(timer))
    done()
  }
}

/** For a request whose sender is known, and whose body may take as long as the server lets it. */
export function allowSlowBody(raw: IncomingMessage): void {
  clearTimeout(timers.get(raw))
}
