import type { Server } from 'node:https'
import type { Connection } from './connection.js'
import { FST_EDGE_SERVER_RETIRED } from './errors.js'
import { serverNameOf } from './host-server.js'
import { retireRequests } from './requests/request-tracker.js'

/** Servers that were replaced and still have connections. */
export interface Retirement {
  /** Lets a server fade away, and closes it with its last connection. */
  add(server: Server, connections: Iterable<Connection>): void
  /** One connection of this server has closed. */
  release(server: Server): void
  /** @throws {FST_EDGE_SERVER_RETIRED} the server was replaced before */
  refuse(server: Server): void
}

/** Keeps the servers that a new map has replaced, until nothing is open on them. */
export function createRetirement(): Retirement {
  const open = new Map<Server, number>()
  const ever = new WeakSet<Server>()

  return {
    add(server, connections) {
      ever.add(server)
      retireRequests(server)
      let count = 0
      for (const connection of connections) if (connection.server === server) count += 1
      if (count === 0) server.close()
      else open.set(server, count)
    },
    release(server) {
      const count = open.get(server)
      if (count === undefined) return
      if (count > 1) {
        open.set(server, count - 1)
        return
      }
      open.delete(server)
      // Ends the timer of its time limits, and with that the last reference to it.
      server.close()
    },
    refuse(server) {
      if (ever.has(server)) throw new FST_EDGE_SERVER_RETIRED(serverNameOf(server) ?? '')
    },
  }
}
