import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** What is found by either of its sockets. */
export interface SocketOwner {
  /** The TCP socket. */
  readonly socket: Socket
  /** Its peer's port. */
  readonly peer: { readonly port: number }
}

/** Ports of peers fall into so many lists: 32 kB, and with 20,000 connections some five in each. */
const LISTS = 4096

/**
 * The open connections, found by their TCP socket or the TLS socket above it. Not a Map, for what stands at {@link Roster}.
 */
export class ConnectionTable<Owner extends SocketOwner> implements Iterable<Owner> {
  /** Changed in place: clients choose their ports, and a copy of a list of thousands, made for each, is what they could cost. */
  readonly #lists = new Array<Owner[] | undefined>(LISTS).fill(undefined)
  /** The property of a TCP socket that holds its owner; null: the connection has gone. */
  readonly #owner = Symbol('owner')
  #size = 0

  get size(): number {
    return this.#size
  }

  add(owner: Owner): void {
    const at = owner.peer.port % LISTS
    const list = this.#lists[at]
    if (list === undefined) this.#lists[at] = [owner]
    else list.push(owner)
    Reflect.set(owner.socket, this.#owner, owner)
    this.#size += 1
  }

  delete(owner: Owner): void {
    if (Reflect.get(owner.socket, this.#owner) !== owner) return
    Reflect.set(owner.socket, this.#owner, null)
    const at = owner.peer.port % LISTS
    const list = this.#lists[at]
    if (list === undefined || list.length === 1) this.#lists[at] = undefined
    else list.splice(list.indexOf(owner), 1)
    this.#size -= 1
  }

  /**
   * Node keeps the TCP socket below a TLS socket in a property that it does not document: where that is one of ours, it is the one,
   * and nobody where that one has gone, whoever is back from its address. Else it is found by the addresses, which take two system calls.
   */
  find(socket: Socket | TLSSocket): Owner | undefined {
    const below: unknown = Reflect.get(socket, '_parent') ?? socket
    const known: Owner | null | undefined =
      typeof below === 'object' && below !== null ? Reflect.get(below, this.#owner) : undefined
    return known === undefined ? this.findByAddress(socket) : (known ?? undefined)
  }

  /** Where the same peer is back before its old connection was closed, the new one. */
  findByAddress(socket: Socket | TLSSocket): Owner | undefined {
    if (socket.remotePort === undefined) return undefined
    const key = addressKey(socket)
    return this.#lists[socket.remotePort % LISTS]?.findLast(
      (other) => addressKey(other.socket) === key,
    )
  }

  /** Those that are open now; what is done with one of them may change that. */
  [Symbol.iterator](): IterableIterator<Owner> {
    return this.#lists.flatMap((list) => list ?? []).values()
  }
}

/**
 * What a TLS socket and the TCP socket below it have in common, by documented properties alone. Unique among
 * open connections.
 */
function addressKey(socket: Socket | TLSSocket): string {
  return `${socket.remoteAddress}|${socket.remotePort}|${socket.localAddress}|${socket.localPort}`
}
