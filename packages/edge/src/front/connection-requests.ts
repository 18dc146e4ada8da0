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
  /** Answers without a socket: Node gives them one when those before them are sent. Null where there never was one. */
  queued: Set<ServerResponse> | null
}

const known = new WeakMap<Socket, ConnectionRequests>()

/** The requests of a connection: the same object each time. */
export function requestsOn(socket: Socket): ConnectionRequests {
  let requests = known.get(socket)
  if (requests === undefined) {
    requests = { count: 0, latest: null, waiting: 0, queued: null }
    known.set(socket, requests)
  }
  return requests
}
