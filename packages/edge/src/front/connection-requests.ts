import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What is known of the requests on one connection. */
export interface ConnectionRequests {
  /** How many have come so far. */
  count: number
  /** The answer to the last one, until it is closed: an idle connection keeps nothing of what it did. */
  latest: ServerResponse | null
  /** How many wait for the one before them. */
  waiting: number
}

const known = new WeakMap<Socket, ConnectionRequests>()

/** The requests of a connection: the same object each time. */
export function requestsOn(socket: Socket): ConnectionRequests {
  let requests = known.get(socket)
  if (requests === undefined) {
    requests = { count: 0, latest: null, waiting: 0 }
    known.set(socket, requests)
  }
  return requests
}
