import { once } from 'node:events'
import type { Server } from 'node:https'
import { type AddressInfo, createServer, type ListenOptions, type Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  acceptConnection,
  type Connection,
  type ConnectionContext,
  type ConnectionPlace,
} from './connection.js'
import { type ConnectionCounts, countConnections } from './connection-counts.js'
import { ConnectionTable } from './connection-table.js'
import type { FrontEvent } from './front-event.js'
import { createHostMap } from './host-map.js'
import { hasServerNameChanged, serverNameOf } from './host-server.js'
import {
  DEFAULT_HANDSHAKE_TIMEOUT,
  DEFAULT_HELLO_TIMEOUT,
  type FrontLimits,
  KEEP_ALIVE_DELAY,
} from './limits.js'
import type { ProxySource } from './opening/proxy-header.js'
import { createTrustedPeers } from './opening/trusted-peers.js'
import { drainRequests } from './requests/request-tracker.js'
import { createRetirement } from './retirement.js'

/** How the system says that the peer is not there any more. */
const GONE = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])

const client: unique symbol = Symbol('client')

/** Why a property stands at {@link requestsOn}. */
interface OfClient {
  [client]?: ProxySource
}

/**
 * Where the client of this TLS connection is: by the PROXY header of a trusted balancer, else by the socket. Null for sockets
 * that did not come through a front. `socket.remoteAddress` stays the balancer's.
 */
export function clientAddressOf(socket: object & OfClient): ProxySource | null {
  return socket[client] ?? null
}

/** What {@link createFront} takes. Defaults of the limits: 5 s, 10 s, and no limit of connections but the system's. */
export interface FrontOptions extends Partial<FrontLimits> {
  /**
   * Balancers that put a PROXY header (version 1 or 2) before each connection: addresses and CIDR ranges. From these the
   * header is required, from all others it is refused. Default: none.
   */
  readonly proxyProtocol?: { readonly trusted: readonly string[] }
  /**
   * Asks for a place for a connection of this client address, before its handshake; null where it needs none. Connections
   * that are not granted one are closed. Default: nobody needs one.
   */
  readonly takePlace?: (address: string) => ConnectionPlace | null
  /** Called for what is worth a log line. Must not throw. */
  readonly onEvent?: (event: FrontEvent) => void
}

/** One TCP port for all hosts. */
export interface Front {
  /** Counted now. */
  readonly connections: ConnectionCounts
  /**
   * Replaces all hosts at once. New connections go by the new map. Servers that are no longer in it answer what they
   * have with `Connection: close`.
   *
   * @throws FST_EDGE_INVALID_SERVER_NAME or FST_EDGE_SERVER_OF_ANOTHER_HOST; the old map then stays
   */
  setHosts(hosts: Iterable<readonly [string, Server]>): void
  /** Changes the limits for new connections. */
  setLimits(limits: FrontLimits): void
  /** Starts to accept; rejects with the system's error, such as EADDRINUSE. */
  listen(
    options: Pick<ListenOptions, 'host' | 'port' | 'backlog' | 'reusePort' | 'exclusive'>,
  ): Promise<AddressInfo>
  /** Where it listens, or null. */
  address(): AddressInfo | null
  /** Closes the listening socket; open connections go on. */
  stopAccepting(): void
  /**
   * Stops accepting, closes idle connections, lets requests in flight end, and destroys what is left after `timeout`
   * milliseconds (0: at once). Resolves when the last connection is closed. A second call may shorten the time.
   */
  close(options: { readonly timeout: number }): Promise<void>
}

/**
 * Makes the front: a TCP server that reads the SNI of each ClientHello, puts the bytes back and gives the connection to the
 * https.Server of that host. Without hosts every connection is refused.
 *
 * This is the only place where a connection is bound to a host. Whether the requests on it stay with that host is the path
 * guard's to check, and what their certificate is worth the verifier's.
 *
 * @throws {FST_EDGE_INVALID_TRUSTED_PEER} a trusted balancer is neither an address nor a CIDR range
 */
export function createFront(options: FrontOptions = {}): Front {
  const onEvent = options.onEvent ?? (() => {})
  let limits: FrontLimits = {
    helloTimeout: options.helloTimeout ?? DEFAULT_HELLO_TIMEOUT,
    handshakeTimeout: options.handshakeTimeout ?? DEFAULT_HANDSHAKE_TIMEOUT,
    maxConnections: options.maxConnections ?? Number.POSITIVE_INFINITY,
  }
  let hosts = createHostMap([])
  const connections = new ConnectionTable<Connection>()
  const watched = new WeakSet<Server>()
  const retired = createRetirement()
  const waiting: (() => void)[] = []
  const context: ConnectionContext = {
    limits: () => limits,
    hosts: () => hosts,
    isTrustedPeer: createTrustedPeers(options.proxyProtocol?.trusted ?? []),
    takePlace: options.takePlace ?? (() => null),
    onEvent,
    onClose,
  }

  // keepAlive finds peers that vanished without a word; noDelay since answers are single writes.
  const listener = createServer(
    { noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_DELAY },
    onConnection,
  )
  listener.maxConnections = limits.maxConnections
  listener.on('drop', (dropped) => {
    onEvent({ type: 'connection_dropped', remoteAddress: dropped?.remoteAddress ?? null })
  })

  return {
    get connections() {
      return countConnections(connections)
    },
    setHosts(next) {
      const before = hosts.servers
      const after = createHostMap(next)
      for (const server of after.servers) retired.refuse(server)
      hosts = after
      for (const server of hosts.servers) watch(server)
      for (const server of before) {
        if (!hosts.servers.has(server)) retired.add(server, connections)
      }
    },
    setLimits(next) {
      limits = next
      listener.maxConnections = next.maxConnections
    },
    async listen(listenOptions) {
      listener.listen(listenOptions)
      await once(listener, 'listening')
      if (listener.listenerCount('error') === 0) listener.on('error', onListenerError)
      return readAddress(listener)
    },
    address: () => (listener.listening ? readAddress(listener) : null),
    stopAccepting,
    async close({ timeout }) {
      stopAccepting()
      const servers = new Set(hosts.servers)
      for (const connection of connections) {
        if (connection.server !== null) servers.add(connection.server)
        if (connection.isSilent) connection.destroy()
      }
      for (const server of servers) drainRequests(server)
      await allClosed(timeout)
      for (const server of servers) server.close()
    },
  }

  function onConnection(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    // Gone again before it was accepted.
    if (remoteAddress === undefined || remotePort === undefined) {
      socket.destroy()
      return
    }
    const peer = { address: remoteAddress, port: remotePort }
    connections.add(acceptConnection(socket, peer, context))
  }

  function onClose(connection: Connection): void {
    connections.delete(connection)
    if (connection.server !== null) retired.release(connection.server)
    if (connections.size === 0) for (const resolve of waiting.splice(0)) resolve()
  }

  function watch(server: Server): void {
    if (watched.has(server)) return
    watched.add(server)
    const serverName = serverNameOf(server)
    // Before the host server's own listener, which may destroy the socket and with it the address.
    server.prependListener('secureConnection', (socket: TLSSocket & OfClient) => {
      const connection = connections.find(socket)
      if (connection) socket[client] = connection.client
      if (serverName === null || hasServerNameChanged(socket, serverName)) {
        connection?.failed('server_name_changed', null)
      } else {
        const version = socket.getProtocol() === 'TLSv1.2' ? 'TLSv1.2' : 'TLSv1.3'
        connection?.secured({ version, resumed: socket.isSessionReused() })
      }
    })
    server.on('tlsClientError', (error, socket) => {
      const isGone = 'code' in error && GONE.has(String(error.code))
      connections.find(socket)?.failed(isGone ? 'client_closed' : 'tls_error', error)
    })
  }

  function onListenerError(cause: Error): void {
    onEvent({ type: 'listener_error', cause })
  }

  function stopAccepting(): void {
    if (listener.listening) listener.close()
  }

  async function allClosed(timeout: number): Promise<void> {
    if (connections.size === 0) return
    const timer = setTimeout(() => {
      for (const connection of connections) connection.destroy()
    }, timeout)
    await new Promise<void>((resolve) => waiting.push(resolve))
    clearTimeout(timer)
  }
}

function readAddress(listener: { address(): AddressInfo | string | null }): AddressInfo {
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP listener')
  return address
}
