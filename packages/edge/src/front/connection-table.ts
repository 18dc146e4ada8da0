import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** What is found by the addresses of its two sides. */
export interface KeyedConnection {
  readonly key: string
  /** The peer's port. */
  readonly peer: { readonly port: number }
}

/** Ports of peers fall into so many lists: 32 kB, and with 20,000 connections some five in each. */
const LISTS = 4096

/**
 * What a TLS socket and the TCP socket below it have in common, by documented properties alone. Unique among open
 * connections. Undefined parts mean that the peer has gone.
 */
export function connectionKey(socket: Socket | TLSSocket): string {
  return `${socket.remoteAddress}|${socket.remotePort}|${socket.localAddress}|${socket.localPort}`
}

/** The open connections, found by either of their sockets. Not a Map, for what stands at {@link Roster}. */
export class ConnectionTable<Connection extends KeyedConnection> implements Iterable<Connection> {
  readonly #lists = new Array<readonly Connection[] | undefined>(LISTS).fill(undefined)
  #size = 0

  get size(): number {
    return this.#size
  }

  add(connection: Connection): void {
    const at = connection.peer.port % LISTS
    const others = this.#lists[at]
    this.#lists[at] = others === undefined ? [connection] : [...others, connection]
    this.#size += 1
  }

  delete(connection: Connection): void {
    const at = connection.peer.port % LISTS
    const list = this.#lists[at]
    if (list === undefined || !list.includes(connection)) return
    const others = list.filter((other) => other !== connection)
    this.#lists[at] = others.length === 0 ? undefined : others
    this.#size -= 1
  }

  /** The one of this socket. Where the same peer is back before its old connection was closed, the new one. */
  find(socket: Socket | TLSSocket): Connection | undefined {
    const key = connectionKey(socket)
    return this.#lists[(socket.remotePort ?? 0) % LISTS]?.findLast((other) => other.key === key)
  }

  *[Symbol.iterator](): IterableIterator<Connection> {
    for (const list of [...this.#lists]) if (list !== undefined) yield* list
  }
}
